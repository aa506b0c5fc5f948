// Entries of the journal as true Markdown cells below the one that is worked in.
import type { MarkdownCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Kind, entry } from './requests.js';
import { expanded } from './stops.js';
import { follow } from './tabStops.js';
import { told, warn } from './telling.js';
import type { Language } from './words.js';

const underWay = new WeakSet<NotebookPanel>();

/** Insert an entry below the active cell, and begin to edit it at its first stop. Says why where there is none. */
export async function insert(panel: NotebookPanel, kind: Kind, language: Language): Promise<void> {
  if (underWay.has(panel) || !panel.content.model) {
    return;
  }
  underWay.add(panel);
  const before = panel.content.activeCell?.model.id;
  try {
    await told(language, async () => {
      const made = await entry(panel, kind, language);
      if (made.reason !== undefined) {
        warn(made.reason);
      } else {
        await place(panel, before, made.snippet);
      }
    });
  } finally {
    underWay.delete(panel);
  }
}

async function place(panel: NotebookPanel, before: string | undefined, snippet: string): Promise<void> {
  const { content } = panel;
  if (!content.model || panel.isDisposed) {
    return;
  }
  const { text, stops } = expanded(snippet);
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
  follow(content, cell, stops);
}
