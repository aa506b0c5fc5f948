// The plugin: commands, the panel at the left, the item in the status bar.
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILSPCodeExtractorsManager } from '@jupyterlab/lsp';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { fixAll, quickFix } from './fixes.js';
import { GpuItem } from './gpu.js';
import { fixIcon, journalIcon, stepIcon } from './icon.js';
import { insert } from './journal.js';
import { JournalPanel, type Working } from './panel.js';
import { KINDS, timeline } from './requests.js';
import { shellCommands } from './shell.js';
import { style } from './style.js';
import { addKeys } from './tabStops.js';
import { type Language, type Word, languageOf, say } from './words.js';
import { compareStep, promoteEntry, showTimeline } from './working.js';

const ID = 'tflsp-jupyterlab:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The debugging journal, quick fixes and GPUs.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ICommandPalette, IStatusBar, ISettingRegistry, ITranslator, ILayoutRestorer],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  renderers: IRenderMimeRegistry,
  palette: ICommandPalette | null,
  statusBar: IStatusBar | null,
  registry: ISettingRegistry | null,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null
): void {
  let chosen: unknown = 'auto';
  const language = (): Language => languageOf(chosen, translator?.languageCode ?? 'en');
  style();

  const add = (command: string, word: Word, icon: typeof stepIcon | undefined, run: (panel: NotebookPanel) => void) => {
    app.commands.addCommand(command, {
      label: () => say(language(), word),
      caption: () => say(language(), word),
      icon,
      isEnabled: () => tracker.currentWidget?.content.activeCell != null,
      execute: () => {
        if (tracker.currentWidget) {
          return run(tracker.currentWidget);
        }
      }
    });
    palette?.addItem({ command, category: 'tflsp' });
  };
  for (const kind of KINDS) {
    const icon = kind === 'step' ? stepIcon : undefined;
    add(`tflsp:insert-${kind}`, kind, icon, panel => insert(panel, kind, language()));
  }
  add('tflsp:quick-fix', 'fix', fixIcon, panel => quickFix(panel, language()));
  add('tflsp:fix-all', 'fixAll', undefined, panel => fixAll(panel, language()));
  add('tflsp:promote', 'promoteHere', undefined, panel => promoteEntry(panel, null, language()));
  add('tflsp:compare', 'compare', undefined, panel => compareStep(panel, null, renderers, language()));
  add('tflsp:timeline', 'timeline', undefined, panel => showTimeline(app, panel, language()));
  addKeys(app.commands, () => tracker.currentWidget?.content);

  const working: Working = {
    promote: (notebook, entry) => void promoteEntry(notebook, entry, language()),
    compare: (notebook, entry) => void compareStep(notebook, entry, renderers, language())
  };
  const panel = new JournalPanel(tracker, app.commands, working, language);
  panel.title.icon = journalIcon;
  app.shell.add(panel, 'left', { rank: 650 });
  restorer?.add(panel, panel.id);
  app.commands.addCommand('tflsp:show-journal', {
    label: () => say(language(), 'showPanel'),
    execute: () => app.shell.activateById(panel.id)
  });
  palette?.addItem({ command: 'tflsp:show-journal', category: 'tflsp' });

  // The first question about a notebook starts tflsp: it is asked before somebody waits for an answer.
  tracker.widgetAdded.connect((_, opened) => {
    void opened.context.ready.then(() => timeline(opened, language())).catch(() => undefined);
  });

  const item = new GpuItem(language);
  statusBar?.registerStatusItem('tflsp:gpu', { item, align: 'right', rank: 90 });

  const apply = (settings: ISettingRegistry.ISettings): void => {
    chosen = settings.composite.language;
    item.enabled = settings.composite.gpu !== false;
    panel.translate();
    app.commands.notifyCommandChanged();
  };
  registry
    ?.load(ID)
    .then(settings => {
      settings.changed.connect(apply);
      apply(settings);
    })
    .catch((reason: unknown) => console.error('tflsp: the settings could not be read', reason));
}

const shell: JupyterFrontEndPlugin<void> = {
  id: 'tflsp-jupyterlab:shell',
  description: 'Shell commands in code cells are checked as what they are.',
  autoStart: true,
  optional: [ILSPCodeExtractorsManager],
  activate: (_app: JupyterFrontEnd, extractors: ILSPCodeExtractorsManager | null) => {
    extractors?.register(shellCommands, 'python');
  }
};

export default [plugin, shell];
