// In the GPU view's page: what the extension draws takes the place of what was there.

export {};

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const host = acquireVsCodeApi();

window.addEventListener('message', (event: MessageEvent<{ body?: unknown }>) => {
    const main = document.querySelector('main');
    if (main !== null && typeof event.data.body === 'string') {
        main.innerHTML = event.data.body;
    }
});
host.postMessage({ ready: true });
