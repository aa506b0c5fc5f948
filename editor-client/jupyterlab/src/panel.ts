// The journal of the notebook that is worked in, at the left. It is read only while it can be seen.
import type { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type JournalEntry, listed } from './entries.js';
import { KINDS, timeline } from './requests.js';
import { type Language, type Word, say } from './words.js';

const QUIET = 800; // milliseconds after the last change
const NAMES: Record<string, Word> = {
  goal: 'kindGoal',
  step: 'kindStep',
  error: 'kindError',
  conclusion: 'kindConclusion'
};
const MARKS: Record<string, string> = { goal: '🎯', step: '🔧', error: '❌', conclusion: '✅' };

/** What is done with an entry; `null` stands for the one in the active cell. */
export interface Working {
  promote(panel: NotebookPanel, entry: JournalEntry | null): void;
  compare(panel: NotebookPanel, entry: JournalEntry | null): void;
}

export class JournalPanel extends Widget {
  private timer: number | undefined;
  private followed: NotebookPanel | null = null;
  private question = 0;
  private shown = '';
  private list = document.createElement('ol');
  private note = document.createElement('p');
  private heading = document.createElement('h2');
  private buttons = document.createElement('div');
  private timeline = document.createElement('button');

  constructor(
    private tracker: INotebookTracker,
    private commands: CommandRegistry,
    private working: Working,
    private language: () => Language
  ) {
    super();
    this.id = 'tflsp-journal';
    this.addClass('jp-tflsp-journal');
    this.buttons.className = 'jp-tflsp-journal-buttons';
    this.note.setAttribute('role', 'status');
    this.timeline.className = 'jp-mod-styled jp-tflsp-small jp-tflsp-timeline';
    this.timeline.onclick = () => void this.commands.execute('tflsp:timeline');
    this.node.append(this.heading, this.buttons, this.note, this.list, this.timeline);
    tracker.currentChanged.connect(this.follow, this);
    this.translate();
  }

  /** Everything in the language of the moment. */
  translate(): void {
    const language = this.language();
    this.title.caption = `tflsp: ${say(language, 'panel')}`;
    this.heading.textContent = say(language, 'panel');
    this.list.setAttribute('aria-label', say(language, 'panel'));
    this.buttons.replaceChildren(
      ...KINDS.map(kind => {
        const button = document.createElement('button');
        button.className = 'jp-mod-styled jp-tflsp-small';
        button.textContent = `${MARKS[kind]} ${say(language, NAMES[kind]!)}`;
        button.title = say(language, kind);
        button.onclick = () => void this.commands.execute(`tflsp:insert-${kind}`);
        return button;
      })
    );
    this.timeline.textContent = say(language, 'timeline');
    this.timeline.hidden = true;
    this.shown = '';
    this.changed();
  }

  protected override onAfterShow(): void {
    this.follow();
  }

  override dispose(): void {
    window.clearTimeout(this.timer);
    super.dispose();
  }

  private follow(): void {
    if (!this.isVisible) {
      return;
    }
    const current = this.tracker.currentWidget;
    if (current !== this.followed) {
      this.followed?.content.modelContentChanged.disconnect(this.changed, this);
      this.followed = current;
      current?.content.modelContentChanged.connect(this.changed, this);
    }
    void this.show_();
  }

  private changed(): void {
    window.clearTimeout(this.timer);
    if (this.isVisible) {
      this.timer = window.setTimeout(() => void this.show_(), QUIET);
    }
  }

  private async show_(): Promise<void> {
    const panel = this.tracker.currentWidget;
    const question = ++this.question;
    let found: JournalEntry[] = [];
    let note = panel ? '' : say(this.language(), 'noNotebook');
    if (panel) {
      try {
        await panel.context.ready;
        found = panel.content.model ? listed(await timeline(panel, this.language())) : [];
        note = found.length ? '' : say(this.language(), 'noEntries');
      } catch (error) {
        note = say(this.language(), 'noAnswer', String((error as Error).message ?? error));
      }
    }
    // A later question has been asked, whose answer counts.
    if (question !== this.question || this.isDisposed) {
      return;
    }
    // What is the same stays: a button that is being pressed is not taken away, nor is the keyboard's focus.
    const shown = JSON.stringify([panel?.id, this.language(), note, found]);
    if (shown === this.shown) {
      return;
    }
    this.shown = shown;
    this.note.textContent = note;
    this.note.hidden = !note;
    this.timeline.hidden = !found.some(each => each.kind === 'step');
    this.list.replaceChildren(...found.map(each => this.item(panel!, each)));
  }

  private item(panel: NotebookPanel, entry: JournalEntry): HTMLElement {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const name = document.createElement('span');
    const about = document.createElement('span');
    button.className = 'jp-tflsp-entry';
    button.dataset.kind = entry.kind;
    name.className = 'jp-tflsp-entry-name';
    about.className = 'jp-tflsp-entry-about';
    const number = entry.number ? ` #${entry.number}` : '';
    name.textContent = `${MARKS[entry.kind]} ${say(this.language(), NAMES[entry.kind]!)}${number}`;
    about.textContent = entry.about;
    button.title = entry.about;
    button.append(name, about);
    button.onclick = () => this.go(panel, entry.cell);
    item.append(button);
    const actions = document.createElement('span');
    actions.className = 'jp-tflsp-entry-actions';
    const language = this.language();
    if (entry.comparable) {
      actions.append(action(say(language, 'compareShort'), say(language, 'compare'), () => this.working.compare(panel, entry)));
    }
    if (entry.kind === 'step' || entry.kind === 'error') {
      actions.append(action(say(language, 'promote'), say(language, 'promoteHere'), () => this.working.promote(panel, entry)));
    }
    if (actions.childElementCount) {
      item.append(actions);
    }
    return item;
  }

  private go(panel: NotebookPanel, cell: string): void {
    const index = panel.isDisposed ? -1 : panel.content.widgets.findIndex(widget => widget.model.id === cell);
    if (index < 0) {
      return;
    }
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
    void panel.content.scrollToItem(index, 'center');
    panel.activate();
  }
}

function action(text: string, title: string, run: () => void): HTMLElement {
  const button = document.createElement('button');
  button.className = 'jp-tflsp-action';
  button.textContent = text;
  button.title = title;
  button.onclick = run;
  return button;
}
