// The journal of the notebook that is worked in, at the left. It is read only while it can be seen.
import type { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type JournalEntry, KINDS, entries } from './requests.js';
import { type Language, type Word, say } from './words.js';

const QUIET = 800; // milliseconds after the last change
const NAMES: Record<string, Word> = {
  goal: 'kindGoal',
  step: 'kindStep',
  error: 'kindError',
  conclusion: 'kindConclusion'
};
const MARKS: Record<string, string> = { goal: '🎯', step: '🔧', error: '❌', conclusion: '✅' };

export class JournalPanel extends Widget {
  private timer: number | undefined;
  private followed: NotebookPanel | null = null;
  private question = 0;
  private list = document.createElement('ol');
  private note = document.createElement('p');
  private heading = document.createElement('h2');
  private buttons = document.createElement('div');

  constructor(
    private tracker: INotebookTracker,
    private commands: CommandRegistry,
    private language: () => Language
  ) {
    super();
    this.id = 'tflsp-journal';
    this.addClass('jp-tflsp-journal');
    this.buttons.className = 'jp-tflsp-journal-buttons';
    this.note.setAttribute('role', 'status');
    this.node.append(this.heading, this.buttons, this.note, this.list);
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
        found = panel.content.model ? await entries(panel, this.language()) : [];
        note = found.length ? '' : say(this.language(), 'noEntries');
      } catch (error) {
        note = say(this.language(), 'noAnswer', String((error as Error).message ?? error));
      }
    }
    // A later question has been asked, whose answer counts.
    if (question !== this.question || this.isDisposed) {
      return;
    }
    this.note.textContent = note;
    this.note.hidden = !note;
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
    name.textContent = `${MARKS[entry.kind] ?? '•'} ${say(this.language(), NAMES[entry.kind] ?? 'kindStep')}${number}`;
    const said = entry.title || entry.question || entry.text || entry.message || '';
    about.textContent = [said.split('\n')[0], entry.result?.split('\n')[0]].filter(Boolean).join(' — ');
    button.title = about.textContent;
    button.append(name, about);
    button.onclick = () => this.go(panel, entry.cell);
    item.append(button);
    return item;
  }

  private go(panel: NotebookPanel, cell: number | null): void {
    if (cell === null || panel.isDisposed || cell >= panel.content.widgets.length) {
      return;
    }
    panel.content.deselectAll();
    panel.content.activeCellIndex = cell;
    void panel.content.scrollToItem(cell, 'center');
    panel.activate();
  }
}
