// A notebook's journal as a list: what the server tells of an experiment, in the order of its cells.
import type { Position } from './requests.js';

interface Place {
  range: { start: Position };
  uri: string;
}

/** What is used of the answer to `tflsp/timeline` (docs/protocol.md); ``cells`` are the cells' ids by their URIs. */
export interface Timeline {
  title: string;
  goal: string;
  steps: (Place & { number: number; title: string; result: string })[];
  errors: (Place & { title: string; message: string })[];
  conclusion: string;
  places: { goal?: Place; conclusion?: Place };
  cells: Record<string, string>;
}

export interface JournalEntry {
  kind: 'goal' | 'step' | 'error' | 'conclusion';
  cell: string;
  position: Position;
  number: number;
  about: string;
  /** Whether there is a step before it that it can be compared with. */
  comparable: boolean;
}

/** The entries, first to last. */
export function listed(timeline: Timeline): JournalEntry[] {
  const { goal, conclusion } = timeline.places;
  const found: JournalEntry[] = [];
  const add = (kind: JournalEntry['kind'], place: Place, number: number, comparable: boolean, ...about: string[]) => {
    const cell = timeline.cells[place.uri];
    if (cell !== undefined) {
      const said = about.map(each => each.split('\n')[0]!).filter(Boolean);
      found.push({ kind, cell, position: place.range.start, number, comparable, about: said.join(' — ') });
    }
  };
  if (goal) {
    add('goal', goal, 0, false, timeline.goal);
  }
  timeline.steps.forEach((step, at) => {
    const comparable = step.number > 0 && timeline.steps.slice(0, at).some(before => before.number > 0);
    add('step', step, step.number, comparable, step.title, step.result);
  });
  timeline.errors.forEach(error => add('error', error, 0, false, error.title || error.message));
  if (conclusion) {
    add('conclusion', conclusion, 0, false, timeline.conclusion);
  }
  const order = Object.values(timeline.cells);
  return found.sort(
    (one, other) => order.indexOf(one.cell) - order.indexOf(other.cell) || one.position.line - other.position.line
  );
}
