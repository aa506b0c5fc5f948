// The extension's icons, in JupyterLab's own colours.
import { LabIcon } from '@jupyterlab/ui-components';

const svg = (path: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="${path}"/></svg>`;

/** A notebook with a tick. */
export const journalIcon = new LabIcon({
  name: 'tflsp:journal',
  svgstr: svg(
    'M6 2h12a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-2H2v-2h2v-3H2v-2h2V8H2V6h2V4a2 2 0 0 1 2-2zm0 2v16h12V4H6zm3.6 11.6L6.9 12.9l1.3-1.3 1.4 1.4 4.2-4.2 1.3 1.3-5.5 5.5z'
  )
});

/** A page with a plus. */
export const stepIcon = new LabIcon({
  name: 'tflsp:step',
  svgstr: svg('M6 2h9l5 5v6h-2V8h-4V4H6v16h7v2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm2 8h8v2H8v-2zm0 4h5v2H8v-2zm10 1h2v3h3v2h-3v3h-2v-3h-3v-2h3v-3z')
});

/** A light bulb. */
export const fixIcon = new LabIcon({
  name: 'tflsp:fix',
  svgstr: svg('M9 21h6v-1H9v1zm3-19a7 7 0 0 0-4 12.7V17a1 1 0 0 0 1 1h6a1 1 0 0 0 1-1v-2.3A7 7 0 0 0 12 2zm2.2 11.4-.2.2V16h-4v-2.4l-.2-.2A5 5 0 1 1 14.2 13.4z')
});
