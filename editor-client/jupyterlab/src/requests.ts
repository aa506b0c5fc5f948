// What is asked of the extension's half in Jupyter's server. ServerConnection brings login and XSRF token.
import { URLExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import type { State } from './gpuText.js';
import type { Timeline } from './entries.js';
import { trimmed } from './trimmed.js';
import type { Language } from './words.js';

export const KINDS = ['goal', 'step', 'error', 'conclusion'] as const;
export type Kind = (typeof KINDS)[number];

export interface Position {
  line: number;
  character: number;
}

interface Entry {
  text: string;
  snippet: string;
  reason?: undefined;
}

interface Refusal {
  reason: string;
}

/** A cell as it was when it was asked about, and as it is to be. */
export interface CellChange {
  id: string;
  before: string;
  source: string;
}

export interface Fix {
  title: string;
  code: string | null;
  message: string | null;
  preferred: boolean;
  rows: [number, number];
  cells: CellChange[];
}

interface Promotion {
  applied: boolean;
  reason?: string;
  choices?: { to: string; title: string }[];
  guide?: string;
  cells: CellChange[];
}

async function request<T>(name: string, body?: unknown): Promise<T> {
  const settings = ServerConnection.makeSettings();
  const response = await ServerConnection.makeRequest(
    URLExt.join(settings.baseUrl, 'tflsp', name),
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    settings
  );
  if (!response.ok) {
    throw await ServerConnection.ResponseError.create(response);
  }
  return (await response.json()) as T;
}

function about<T>(name: string, panel: NotebookPanel, language: Language, more: object = {}): Promise<T> {
  const { content, context } = panel;
  const notebook = trimmed(content.model!.toJSON() as never);
  const ids = content.widgets.map(cell => cell.model.id);
  return request(name, { path: context.path, notebook, ids, language, ...more });
}

export function entry(panel: NotebookPanel, kind: Kind, language: Language): Promise<Entry | Refusal> {
  return about('entry', panel, language, { kind, cell: panel.content.activeCell?.model.id });
}

export function timeline(panel: NotebookPanel, language: Language): Promise<Timeline> {
  return about('entries', panel, language);
}

export function timelinePage(
  panel: NotebookPanel,
  dark: boolean,
  language: Language
): Promise<{ title: string; html: string }> {
  return about('timeline', panel, language, { dark });
}

export function compared(
  panel: NotebookPanel,
  number: number,
  language: Language
): Promise<{ markdown?: string; reason?: string }> {
  return about('compare', panel, language, { number });
}

export function promote(
  panel: NotebookPanel,
  cell: string,
  position: Position,
  to: string | null,
  language: Language
): Promise<Promotion> {
  return about('promote', panel, language, { cell, position, to });
}

export async function fixes(panel: NotebookPanel, cell: string, language: Language): Promise<Fix[]> {
  return (await about<{ fixes: Fix[] }>('fixes', panel, language, { cell })).fixes;
}

export async function allFixed(panel: NotebookPanel, language: Language): Promise<CellChange[]> {
  return (await about<{ cells: CellChange[] }>('fixes', panel, language)).cells;
}

export function gpu(language: Language): Promise<State> {
  return request(`gpu?language=${language}`);
}
