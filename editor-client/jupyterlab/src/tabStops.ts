// Live tab stops in a cell: Tab goes to the next, Shift+Tab back, until the last one or until another cell is chosen.
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { type Change, type Stop, moved } from './stops.js';

const CLASS = 'jp-mod-tflsp-stops';
const SELECTOR = `.jp-Notebook.jp-mod-editMode .${CLASS} :not(.jp-mod-completer-active) > .cm-editor .cm-content`;
const live = new WeakMap<Notebook, TabStops>();

class TabStops {
  private active = 0;
  private ended = false;

  constructor(
    private notebook: Notebook,
    private cell: Cell,
    private stops: Stop[]
  ) {
    cell.addClass(CLASS);
    cell.model.sharedModel.changed.connect(this.changed, this);
    cell.disposed.connect(this.end, this);
    notebook.stateChanged.connect(this.look, this);
    notebook.activeCellChanged.connect(this.look, this);
    live.set(notebook, this);
    this.select();
  }

  go(by: 1 | -1): void {
    const next = this.active + by;
    if (next >= 0 && next < this.stops.length) {
      this.active = next;
      this.select();
    }
    if (this.active === this.stops.length - 1) {
      this.end();
    }
  }

  end(): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    live.delete(this.notebook);
    this.notebook.stateChanged.disconnect(this.look, this);
    this.notebook.activeCellChanged.disconnect(this.look, this);
    if (!this.cell.isDisposed) {
      this.cell.model.sharedModel.changed.disconnect(this.changed, this);
      this.cell.removeClass(CLASS);
    }
  }

  private look(): void {
    if (this.notebook.mode !== 'edit' || this.notebook.activeCell !== this.cell) {
      this.end();
    }
  }

  private changed(_: unknown, change: { sourceChange?: readonly Change[] }): void {
    if (change.sourceChange) {
      this.stops = moved(this.stops, this.active, change.sourceChange);
    }
  }

  private select(): void {
    const { editor } = this.cell;
    const stop = this.stops[this.active]!;
    const start = editor?.getPositionAt(stop.start);
    const end = editor?.getPositionAt(stop.end);
    if (editor && start && end) {
      editor.focus();
      editor.setSelection({ start, end });
      editor.revealSelection({ start, end });
    }
  }
}

/** Go through the stops of the active cell, the first of which is selected now. */
export function follow(notebook: Notebook, cell: Cell, stops: Stop[]): void {
  live.get(notebook)?.end();
  const followed = new TabStops(notebook, cell, stops);
  if (stops.length === 1) {
    followed.end();
  }
}

/** The keys. Nothing of them is seen outside a cell that has stops. */
export function addKeys(commands: CommandRegistry, current: () => Notebook | null | undefined): void {
  for (const [name, by, key] of [
    ['tflsp:next-stop', 1, 'Tab'],
    ['tflsp:previous-stop', -1, 'Shift Tab']
  ] as const) {
    commands.addCommand(name, {
      execute: () => {
        const notebook = current();
        if (notebook) {
          live.get(notebook)?.go(by);
        }
      }
    });
    commands.addKeyBinding({ command: name, keys: [key], selector: SELECTOR });
  }
}
