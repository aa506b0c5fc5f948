// Shell commands in code cells (`!docker run ...`) as a virtual shell document of their own, so that tflsp is asked about
// them: in the Python that python-lsp-server gets, such lines are no shell any more.

const COMMAND = /^([ \t]*(?:\w+[ \t]*=[ \t]*)?!{1,2})((?:[^\n]*\\\n)*[^\n]*)$/gm;

type Position = { line: number; column: number };

interface Extracted {
  foreignCode: string | null;
  range: { start: Position; end: Position } | null;
  virtualShift: Position | null;
  hostCode: string | null;
}

/** What JupyterLab asks for foreign code in cells: see IForeignCodeExtractor in @jupyterlab/lsp. */
export const shellCommands = {
  language: 'shell',
  cellType: ['code'],
  standalone: false,
  fileExtension: 'sh',

  hasForeignCode(code: string, cellType: string): boolean {
    return cellType === 'code' && code.search(COMMAND) >= 0;
  },

  extractForeignCode(code: string): Extracted[] {
    const found: Extracted[] = [];
    let at = 0;
    for (const match of code.matchAll(COMMAND)) {
      const start = match.index + match[1]!.length;
      const end = match.index + match[0].length;
      found.push({
        hostCode: code.slice(at, end),
        foreignCode: match[2]!,
        range: { start: positionAt(code, start), end: positionAt(code, end) },
        virtualShift: null
      });
      at = end;
    }
    if (at < code.length) {
      found.push({ hostCode: code.slice(at), foreignCode: null, range: null, virtualShift: null });
    }
    return found;
  }
};

function positionAt(code: string, offset: number): Position {
  const before = code.slice(0, offset);
  const line = before.split('\n').length - 1;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) };
}
