// Entries of the journal as true Markdown cells below the one that is worked in.
import { Notification } from '@jupyterlab/apputils';
import type { MarkdownCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Kind, entry } from './requests.js';
import { type Language, say } from './words.js';

const underWay = new WeakSet<NotebookPanel>();
const HINT = /<!--[\s\S]*?-->/;

/** Insert an entry below the active cell, and begin to edit it at the first hint. Says why where there is none. */
export async function insert(panel: NotebookPanel, kind: Kind, language: Language): Promise<void> {
  if (underWay.has(panel) || !panel.content.model) {
    return;
  }
  underWay.add(panel);
  const before = panel.content.activeCell?.model.id;
  try {
    const made = await entry(panel, kind, language);
    if (made.reason !== undefined) {
      Notification.warning(made.reason, { autoClose: 8000 });
    } else {
      await place(panel, before, made.text.trimEnd());
    }
  } catch (error) {
    Notification.error(say(language, 'noAnswer', String((error as Error).message ?? error)), { autoClose: 8000 });
  } finally {
    underWay.delete(panel);
  }
}

async function place(panel: NotebookPanel, before: string | undefined, text: string): Promise<void> {
  const { content } = panel;
  if (!content.model || panel.isDisposed) {
    return;
  }
  // Cells may have moved while the answer was awaited.
  const found = content.widgets.findIndex(cell => cell.model.id === before);
  const index = found < 0 ? content.widgets.length : found + 1;
  content.model.sharedModel.insertCell(index, { cell_type: 'markdown', source: text, metadata: {} });
  content.activeCellIndex = index;
  content.deselectAll();
  const cell = content.activeCell as MarkdownCell | null;
  if (!cell) {
    return;
  }
  cell.rendered = false;
  await cell.ready;
  await content.scrollToItem(index);
  if (content.activeCell !== cell) {
    return;
  }
  content.mode = 'edit';
  const hint = HINT.exec(text);
  const { editor } = cell;
  const start = hint && editor?.getPositionAt(hint.index);
  const end = hint && editor?.getPositionAt(hint.index + hint[0].length);
  if (editor && start && end) {
    editor.focus();
    editor.setSelection({ start, end });
    editor.revealSelection({ start, end });
  }
}
