// The extension's own looks, in JupyterLab's colours of the moment.

const CSS = `
.jp-tflsp-gpu { padding: 0 6px; line-height: 24px; font-size: var(--jp-ui-font-size1); white-space: nowrap; }
.jp-tflsp-gpu.jp-mod-warning { color: var(--jp-warn-color0, #b26a00); font-weight: 600; }
.jp-Input-Dialog label { white-space: pre-line; }
.jp-tflsp-journal { overflow: auto; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1);
  font-size: var(--jp-ui-font-size1); min-width: 180px; }
.jp-tflsp-journal h2 { margin: 8px 12px 4px; font-size: var(--jp-ui-font-size0); font-weight: 600;
  text-transform: uppercase; letter-spacing: 1px; }
.jp-tflsp-journal p { margin: 8px 12px; color: var(--jp-ui-font-color2); }
.jp-tflsp-journal-buttons { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px 12px 8px; }
.jp-tflsp-small { height: 24px; line-height: 22px; padding: 0 8px; min-width: 0; }
.jp-tflsp-journal ol { list-style: none; margin: 0; padding: 0; }
.jp-tflsp-journal li { position: relative; }
.jp-tflsp-timeline { margin: 8px 12px; }
.jp-tflsp-entry-actions { position: absolute; top: 4px; inset-inline-end: 8px; opacity: 0; }
.jp-tflsp-journal li:hover .jp-tflsp-entry-actions,
.jp-tflsp-journal li:focus-within .jp-tflsp-entry-actions { opacity: 1; }
.jp-tflsp-action { border: 1px solid var(--jp-border-color1); border-radius: 2px; padding: 1px 6px; margin-inline-start: 4px;
  background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-size: var(--jp-ui-font-size0); cursor: pointer; }
.jp-tflsp-action:hover, .jp-tflsp-action:focus-visible { border-color: var(--jp-brand-color1); }
.jp-tflsp-compared { min-width: 360px; padding: 0 8px; }
.jp-tflsp-entry { display: block; width: 100%; text-align: start; border: 0; background: none; color: inherit;
  font: inherit; padding: 6px 12px; cursor: pointer; }
.jp-tflsp-entry:hover { background: var(--jp-layout-color2); }
.jp-tflsp-entry:focus-visible { outline: 1px solid var(--jp-brand-color1); outline-offset: -1px; }
.jp-tflsp-entry-name { display: block; font-weight: 600; }
.jp-tflsp-entry-about { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  color: var(--jp-ui-font-color2); }
`;

export function style(): void {
  const element = document.createElement('style');
  element.textContent = CSS;
  document.head.append(element);
}
