// What the doctor says, as findings of the Problems panel.

interface Complaint {
    readonly slug: string;
    readonly state: string;
    readonly title: string;
    readonly seen: string;
    readonly evidence: readonly string[];
    readonly advice: string | null;
}

export interface Problem {
    readonly code: string;
    readonly message: string;
}

/** The problems among a report's complaints. What is no report has none. */
export function problems(report: unknown): Problem[] {
    const complaints = (Object(report) as { complaints?: unknown }).complaints;
    if (!Array.isArray(complaints)) {
        return [];
    }
    return complaints.filter(isProblem).map((each) => ({ code: each.slug, message: message(each) }));
}

function isProblem(value: unknown): value is Complaint {
    const said = Object(value) as Partial<Complaint>;
    return said.state === 'problem' && typeof said.slug === 'string' && typeof said.title === 'string';
}

function message(complaint: Complaint): string {
    const evidence = (complaint.evidence as readonly string[] | undefined) ?? [];
    const lines = [complaint.title, complaint.seen, ...evidence.slice(0, 5), complaint.advice ?? ''];
    return lines.filter((line) => line !== '').join('\n');
}
