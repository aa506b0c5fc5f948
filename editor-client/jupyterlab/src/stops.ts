// Tab stops: taken out of a snippet, and kept where they are while the text around them changes. Pure.

export interface Stop {
  start: number;
  end: number;
}

/** A step of a change as the shared model tells it; offsets are those of strings in JavaScript. */
export interface Change {
  retain?: number;
  insert?: unknown;
  delete?: number;
}

const PART = /\\([\\$}])|\$(?:(\d+)|\{(\d+)(?::((?:\\[\\$}]|[^\\}])*))?\})/g;

/** The text of a snippet in LSP's grammar, and its stops in their order; the last one is `$0`. */
export function expanded(snippet: string): { text: string; stops: Stop[] } {
  const stops = new Map<number, Stop>();
  let text = '';
  let at = 0;
  for (const match of snippet.matchAll(PART)) {
    text += snippet.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[1] !== undefined) {
      text += match[1];
      continue;
    }
    const start = text.length;
    text += (match[4] ?? '').replace(/\\([\\$}])/g, '$1');
    const number = Number(match[2] ?? match[3]);
    if (!stops.has(number)) {
      stops.set(number, { start, end: text.length });
    }
  }
  text += snippet.slice(at);
  const last = stops.get(0) ?? { start: text.length, end: text.length };
  stops.delete(0);
  const ordered = [...stops].sort(([one], [other]) => one - other).map(([, stop]) => stop);
  return { text, stops: [...ordered, last] };
}

/** The stops after a change. What is typed at the edge of the active one belongs to it. */
export function moved(stops: readonly Stop[], active: number, changes: readonly Change[]): Stop[] {
  return stops.map(({ start, end }, index) => ({
    start: movedOffset(start, index > active, changes),
    end: movedOffset(end, index >= active, changes)
  }));
}

function movedOffset(offset: number, after: boolean, changes: readonly Change[]): number {
  let at = 0; // in the new text
  let left = offset; // of the old text, up to the offset
  for (const change of changes) {
    if (change.retain !== undefined) {
      if (change.retain > left || (change.retain === left && !after && left > 0)) {
        return at + left;
      }
      at += change.retain;
      left -= change.retain;
    } else if (change.delete !== undefined) {
      left -= Math.min(left, change.delete);
    } else {
      const { length } = typeof change.insert === 'string' ? change.insert : '';
      if (left === 0 && !after) {
        return at;
      }
      at += length;
    }
  }
  return at + left;
}
