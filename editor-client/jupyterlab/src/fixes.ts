// Quick fixes: what tflsp would change in the cell that is worked in, to choose from; and all safe ones at once.
import { InputDialog } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { change } from './changing.js';
import { type Fix, allFixed, fixes } from './requests.js';
import { inform, told, warn } from './telling.js';
import { type Language, say } from './words.js';

/** Let one of the active cell's fixes be chosen, those at the cursor first, and carry it out. */
export async function quickFix(panel: NotebookPanel, language: Language): Promise<void> {
  const { activeCell } = panel.content;
  if (!panel.content.model || !activeCell) {
    return;
  }
  await told(language, async () => {
    const row = activeCell.editor?.getCursorPosition().line ?? 0;
    const found = await fixes(panel, activeCell.model.id, language);
    if (panel.isDisposed) {
      return;
    }
    const here = found.sort((one, other) => distance(one, row) - distance(other, row));
    if (!here.length) {
      inform(say(language, 'noFix'));
      return;
    }
    const items = here.map((each, at) => `${at + 1}. ${each.code ? `${each.code} ` : ''}${each.title}`);
    const abouts = here.filter(each => each.code).map(each => `${each.code}: ${each.message}`);
    const chosen = await InputDialog.getItem({
      title: say(language, 'chooseFix'),
      items,
      okLabel: say(language, 'apply'),
      cancelLabel: say(language, 'cancel'),
      label: [...new Set(abouts)].join('\n')
    });
    const fix = chosen.button.accept && chosen.value !== null ? here[items.indexOf(chosen.value)] : undefined;
    if (fix && !change(panel, fix.cells)) {
      warn(say(language, 'changed'));
    }
  });
}

/** Carry out all safe fixes of the notebook. */
export async function fixAll(panel: NotebookPanel, language: Language): Promise<void> {
  if (!panel.content.model) {
    return;
  }
  await told(language, async () => {
    const cells = await allFixed(panel, language);
    if (!cells.length) {
      inform(say(language, 'noSafeFix'));
    } else if (change(panel, cells)) {
      inform(say(language, 'fixedAll', String(cells.length)));
    } else {
      warn(say(language, 'changed'));
    }
  });
}

function distance({ rows: [first, last] }: Fix, row: number): number {
  return row < first ? first - row : row > last ? row - last : 0;
}
