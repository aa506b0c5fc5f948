// A notebook as tflsp needs it: without pictures, and of long outputs the end.

interface Output {
  output_type: string;
  [key: string]: unknown;
}

interface Cell {
  cell_type: string;
  outputs?: Output[];
  [key: string]: unknown;
}

export const LONGEST = 64 * 1024;

/** The notebook with outputs of at most `LONGEST` characters a text, and no data but plain text. */
export function trimmed<T extends { cells: unknown[] }>(notebook: T): T {
  return { ...notebook, cells: notebook.cells.map(cell => trimmedCell(cell as Cell)) };
}

function trimmedCell(cell: Cell): Cell {
  const { attachments: _, ...rest } = cell;
  if (!Array.isArray(cell.outputs)) {
    return rest as Cell;
  }
  return { ...rest, cell_type: cell.cell_type, outputs: cell.outputs.map(trimmedOutput) };
}

function trimmedOutput(output: Output): Output {
  if (output.output_type === 'stream') {
    return { ...output, text: end(output.text) };
  }
  const data = output.data as Record<string, unknown> | undefined;
  if (data) {
    const plain = data['text/plain'];
    return { ...output, data: plain === undefined ? {} : { 'text/plain': end(plain) } };
  }
  return output;
}

function end(text: unknown): string {
  const whole = Array.isArray(text) ? text.join('') : String(text ?? '');
  return whole.slice(-LONGEST);
}
