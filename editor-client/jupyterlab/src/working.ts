// What is done with entries: into a guide, side by side with the step before, and all of them on a timeline.
import { Dialog, IFrame, InputDialog, MainAreaWidget, Notification, showDialog } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { change } from './changing.js';
import { type JournalEntry, listed } from './entries.js';
import { journalIcon } from './icon.js';
import { compared, promote, timeline, timelinePage } from './requests.js';
import { inform, told, warn } from './telling.js';
import { type Language, say } from './words.js';

/** The entry in the cell that is worked in, the nearest above the cursor; null where there is none. */
async function entryHere(panel: NotebookPanel, language: Language): Promise<JournalEntry | null> {
  const cell = panel.content.activeCell;
  const row = cell?.editor?.getCursorPosition().line ?? 0;
  const here = listed(await timeline(panel, language)).filter(
    each => each.cell === cell?.model.id && (each.kind === 'step' || each.kind === 'error')
  );
  return here.filter(each => each.position.line <= row).pop() ?? here[0] ?? null;
}

/** Put a step or an error into a guide that the user chooses. */
export async function promoteEntry(
  panel: NotebookPanel,
  given: JournalEntry | null,
  language: Language
): Promise<void> {
  await told(language, async () => {
    const entry = given ?? (await entryHere(panel, language));
    if (!entry) {
      inform(say(language, 'noEntryHere'));
      return;
    }
    const { choices, reason } = await promote(panel, entry.cell, entry.position, null, language);
    if (!choices) {
      warn(reason ?? say(language, 'noEntryHere'));
      return;
    }
    if (panel.isDisposed) {
      return;
    }
    const items = choices.map(each => each.title);
    const chosen = await InputDialog.getItem({
      title: say(language, 'chooseGuide'),
      items,
      okLabel: say(language, 'promote'),
      cancelLabel: say(language, 'cancel')
    });
    const to = chosen.button.accept && chosen.value !== null ? choices[items.indexOf(chosen.value)] : undefined;
    if (!to) {
      return;
    }
    const done = await promote(panel, entry.cell, entry.position, to.to, language);
    if (!done.applied) {
      warn(done.reason ?? say(language, 'changed'));
    } else if (!change(panel, done.cells)) {
      warn(say(language, 'changed'));
    } else {
      Notification.success(say(language, 'promoted', to.title), { autoClose: 4000 });
    }
  });
}

/** Show how a step differs from the one before. */
export async function compareStep(
  panel: NotebookPanel,
  given: JournalEntry | null,
  renderers: IRenderMimeRegistry,
  language: Language
): Promise<void> {
  await told(language, async () => {
    const entry = given ?? (await entryHere(panel, language));
    if (entry?.kind !== 'step') {
      inform(say(language, 'noEntryHere'));
      return;
    }
    const { markdown, reason } = await compared(panel, entry.number, language);
    if (markdown === undefined) {
      warn(reason ?? say(language, 'noEntryHere'));
      return;
    }
    const body = renderers.createRenderer('text/markdown');
    body.addClass('jp-tflsp-compared');
    await body.renderModel(renderers.createModel({ data: { 'text/markdown': markdown } }));
    const buttons = [Dialog.okButton({ label: say(language, 'close') })];
    await showDialog({ title: say(language, 'compare'), body, buttons });
  });
}

/** Show the experiment's timeline in a tab of its own, or anew in the tab that it has. */
export async function showTimeline(app: JupyterFrontEnd, panel: NotebookPanel, language: Language): Promise<void> {
  await told(language, async () => {
    const dark = document.body.dataset.jpThemeLight === 'false';
    const { title, html } = await timelinePage(panel, dark, language);
    const id = `tflsp-timeline-${panel.id}`;
    let widget = [...app.shell.widgets('main')].find(each => each.id === id);
    if (!widget) {
      // No script may run in it, and nothing be loaded: the page says so itself, and the frame has no exceptions.
      widget = new MainAreaWidget({ content: new IFrame({ sandbox: [] }) });
      widget.id = id;
      widget.title.icon = journalIcon;
      widget.title.closable = true;
      app.shell.add(widget, 'main', { mode: 'tab-after', ref: panel.id });
    }
    widget.title.label = `${say(language, 'timelineTitle')}: ${title}`;
    const frame = widget.node.querySelector('iframe')!;
    frame.title = widget.title.label;
    frame.style.colorScheme = dark ? 'dark' : 'light';
    frame.srcdoc = html;
    app.shell.activateById(id);
  });
}
