// What the tree shows of the journal, and an entry found again in what the server has told since. Places are no part of
// what is shown: they change with every line that is typed above them.

import { changeText, stepDescription, type Experiment, type Incident, type Step } from './journal';

export type Entry =
    | { readonly kind: 'step'; readonly step: Step; readonly key: string }
    | { readonly kind: 'incident'; readonly incident: Incident; readonly key: string };

/** Steps and incidents as they stand in the text. */
export function entriesOf(experiment: Experiment): Entry[] {
    const all = [
        ...experiment.steps.map((step) => ({ kind: 'step' as const, step, at: step })),
        ...experiment.errors.map((incident) => ({ kind: 'incident' as const, incident, at: incident })),
    ].sort((one, other) => cellOf(one.at) - cellOf(other.at) || lineOf(one.at) - lineOf(other.at));
    const seen = new Map<string, number>();
    return all.map(({ at, ...entry }) => {
        const name = JSON.stringify([entry.kind, entry.kind === 'step' ? entry.step.number : null, at.title]);
        const count = seen.get(name) ?? 0;
        seen.set(name, count + 1);
        return { ...entry, key: `${name} ${count}` };
    });
}

/** All that is shown, as a text: another text, another picture. */
export function shownOf(experiments: readonly Experiment[]): string {
    return JSON.stringify(
        experiments.map((experiment) => {
            const { uri, heading, title, best, goal, goalMet, conclusion } = experiment;
            return [uri, heading, title, best, goal, goalMet, conclusion, entriesOf(experiment).map(entryShown)];
        }),
    );
}

function entryShown(entry: Entry): unknown[] {
    if (entry.kind === 'incident') {
        return [entry.incident.title, entry.incident.seenBefore?.title];
    }
    const { number, title, changes, result } = entry.step;
    return [number, title, stepDescription(entry.step), changes.map(changeText), result];
}

/** The entry of an experiment as it was told last; undefined where it is gone. */
export function entryNow(experiments: readonly Experiment[], uri: string, entry: Entry): Entry | undefined {
    const experiment = experiments.find((each) => each.uri === uri);
    const entries = experiment === undefined ? [] : entriesOf(experiment);
    return (
        entries.find(({ key }) => key === entry.key) ??
        (entry.kind === 'step'
            ? entries.find((each) => each.kind === 'step' && each.step.number === entry.step.number)
            : undefined)
    );
}

function cellOf(entry: Step | Incident): number {
    return entry.cell ?? 0;
}

function lineOf(entry: Step | Incident): number {
    return entry.range?.start.line ?? 0;
}
