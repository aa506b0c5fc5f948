// What is asked of the extension's half in Jupyter's server. ServerConnection brings login and XSRF token.
import { URLExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import type { State } from './gpuText.js';
import { trimmed } from './trimmed.js';
import type { Language } from './words.js';

export const KINDS = ['goal', 'step', 'error', 'conclusion'] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  text: string;
  number: number | null;
  language: string;
  reason?: undefined;
}

export interface Refusal {
  reason: string;
}

export interface JournalEntry {
  kind: string;
  cell: number | null;
  number?: number;
  title?: string;
  question?: string;
  text?: string;
  message?: string;
  result?: string;
}

export interface Finding {
  code: string;
  message: string;
  severity: string;
  cell: number | null;
  location: { row: number; column: number };
  end_location: { row: number; column: number };
  fix: { title: string; safety: string; cells: { index: number; source: string }[] } | null;
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

function question(panel: NotebookPanel, language: Language): Record<string, unknown> {
  return { path: panel.context.path, notebook: trimmed(panel.content.model!.toJSON() as never), language };
}

export function entry(panel: NotebookPanel, kind: Kind, language: Language): Promise<Entry | Refusal> {
  return request('entry', { ...question(panel, language), kind });
}

export async function entries(panel: NotebookPanel, language: Language): Promise<JournalEntry[]> {
  return (await request<{ entries: JournalEntry[] }>('entries', question(panel, language))).entries;
}

export async function findings(panel: NotebookPanel, language: Language): Promise<Finding[]> {
  return (await request<{ findings: Finding[] }>('findings', question(panel, language))).findings;
}

export function gpu(): Promise<State> {
  return request('gpu');
}
