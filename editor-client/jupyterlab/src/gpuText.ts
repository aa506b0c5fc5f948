// A state of GPUs as one line and as a tooltip.
import { type Language, say } from './words.js';

interface Problem {
  message: string;
  remedy?: string | null;
  normal?: boolean;
}

interface Gpu {
  index: number;
  name: string | null;
  memory: { total: number | null; used: number | null; free: number | null } | null;
  utilization: { gpu: number | null } | null;
  temperature: number | null;
  problem: Problem | null;
}

export interface State {
  gpus: Gpu[];
  problem: Problem | null;
}

interface Shown {
  text: string;
  tooltip: string;
  warning: boolean;
}

// Of the memory, from here on the item warns.
const PRESSURE = 0.95;

/** What the status bar shows: nothing (null) where there is no GPU and nothing is wrong. */
export function shown(state: State, language: Language): Shown | null {
  const wrong = state.problem && !state.problem.normal ? state.problem : null;
  if (!state.gpus.length) {
    return wrong ? { text: 'GPU ⚠', tooltip: about(wrong), warning: true } : null;
  }
  const texts = state.gpus.map(gpu => {
    const busy = gpu.utilization?.gpu;
    return [memory(gpu), busy == null ? '' : `${busy}%`].filter(Boolean).join(' ') || '?';
  });
  const problems = state.gpus.flatMap(gpu => (gpu.problem && !gpu.problem.normal ? [gpu.problem] : []));
  const pressed = state.gpus.some(
    gpu => gpu.memory?.total && gpu.memory.used != null && gpu.memory.used / gpu.memory.total >= PRESSURE
  );
  const lines = state.gpus.map(gpu => line(gpu, language));
  return {
    text: `GPU ${texts.join(' · ')}${problems.length || wrong ? ' ⚠' : ''}`,
    tooltip: [...lines, ...[...problems, ...(wrong ? [wrong] : [])].map(about)].join('\n'),
    warning: Boolean(problems.length || wrong || pressed)
  };
}

function line(gpu: Gpu, language: Language): string {
  const busy = gpu.utilization?.gpu;
  const parts = [
    `${gpu.index}: ${gpu.name ?? 'GPU'}`,
    memory(gpu) && `${memory(gpu)} (${say(language, 'free', gib(gpu.memory?.free))})`,
    busy == null ? '' : say(language, 'busy', String(busy)),
    gpu.temperature == null ? '' : `${gpu.temperature} °C`
  ];
  return parts.filter(Boolean).join(', ');
}

function memory(gpu: Gpu): string {
  return gpu.memory?.used == null || gpu.memory.total == null
    ? ''
    : `${gib(gpu.memory.used)}/${gib(gpu.memory.total)} GiB`;
}

function gib(bytes: number | null | undefined): string {
  return bytes == null ? '?' : (bytes / 2 ** 30).toFixed(1);
}

function about(problem: Problem): string {
  return [problem.message, problem.remedy].filter(Boolean).join('\n');
}
