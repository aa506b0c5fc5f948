// Cells that are changed at once, all or none, where they still are what the answer was made from.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CellChange } from './requests.js';

/** Whether the cells are as they were; then they are as they are to be. One undo in a cell takes its change back. */
export function change(panel: NotebookPanel, cells: readonly CellChange[]): boolean {
  const places = cells.map(each => ({
    each,
    cell: panel.content.widgets.find(widget => widget.model.id === each.id)?.model.sharedModel
  }));
  if (panel.isDisposed || places.some(({ each, cell }) => cell?.getSource() !== each.before)) {
    return false;
  }
  // Not in one transaction: each cell keeps its own history, which tells changes by who began them.
  for (const { each, cell } of places) {
    cell!.setSource(each.source);
  }
  return true;
}
