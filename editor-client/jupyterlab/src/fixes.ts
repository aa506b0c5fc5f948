// Quick fixes: what tflsp would change in the cell that is worked in, to choose from.
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Finding, findings } from './requests.js';
import { type Language, say } from './words.js';

/** Let one of the active cell's fixes be chosen, those at the cursor first, and carry it out: one undo takes it back. */
export async function quickFix(panel: NotebookPanel, language: Language): Promise<void> {
  const notebook = panel.content;
  if (!notebook.model || !notebook.activeCell) {
    return;
  }
  const index = notebook.activeCellIndex;
  const row = (notebook.activeCell.editor?.getCursorPosition().line ?? 0) + 1;
  const before = sources(panel);
  let found: Finding[];
  try {
    found = await findings(panel, language);
  } catch (error) {
    Notification.error(say(language, 'noAnswer', String((error as Error).message ?? error)), { autoClose: 8000 });
    return;
  }
  const here = found
    .filter(each => each.cell === index + 1 && each.fix?.cells.length)
    .sort((one, other) => distance(one, row) - distance(other, row));
  if (!here.length) {
    Notification.info(say(language, 'noFix'), { autoClose: 4000 });
    return;
  }
  const items = here.map((each, at) => title(each, at, language));
  const chosen = await InputDialog.getItem({
    title: say(language, 'chooseFix'),
    items,
    okLabel: say(language, 'apply'),
    label: [...new Set(here.map(each => `${each.code}: ${each.message}`))].join('\n')
  });
  const fix = chosen.button.accept && chosen.value !== null ? here[items.indexOf(chosen.value)]?.fix : null;
  if (!fix) {
    return;
  }
  const now = sources(panel);
  if (now.length !== before.length || fix.cells.some(each => now[each.index] !== before[each.index])) {
    Notification.warning(say(language, 'changed'), { autoClose: 4000 });
    return;
  }
  for (const each of fix.cells) {
    notebook.model.cells.get(each.index).sharedModel.setSource(each.source);
  }
}

function sources(panel: NotebookPanel): string[] {
  return panel.content.widgets.map(cell => cell.model.sharedModel.getSource());
}

function distance(finding: Finding, row: number): number {
  const { location, end_location } = finding;
  return row < location.row ? location.row - row : row > end_location.row ? row - end_location.row : 0;
}

function title(finding: Finding, at: number, language: Language): string {
  const unsafe = finding.fix!.safety === 'safe' ? '' : ` (${say(language, 'unsafe')})`;
  return `${at + 1}. ${finding.code} ${finding.fix!.title}${unsafe}`;
}
