// In the timeline's page: steps open, and metrics are chosen. Everything is drawn outside.

export {};

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const host = acquireVsCodeApi();

function act(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest('[data-step], [data-metric]') : null;
    const step = target?.getAttribute('data-step');
    const metric = target?.getAttribute('data-metric');
    if (typeof step === 'string') {
        event.preventDefault();
        host.postMessage({ step: Number(step) });
    } else if (typeof metric === 'string') {
        host.postMessage({ metric });
    }
}

document.addEventListener('click', act);
document.addEventListener('keydown', (event) => {
    // Links and buttons have these by themselves; what is drawn has not.
    if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof SVGElement) {
        act(event);
    }
});
