// The plugin: commands, the panel at the left, the item in the status bar.
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILSPCodeExtractorsManager } from '@jupyterlab/lsp';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { quickFix } from './fixes.js';
import { GpuItem } from './gpu.js';
import { fixIcon, journalIcon, stepIcon } from './icon.js';
import { insert } from './journal.js';
import { JournalPanel } from './panel.js';
import { KINDS } from './requests.js';
import { shellCommands } from './shell.js';
import { style } from './style.js';
import { type Language, type Word, languageOf, say } from './words.js';

const ID = 'tflsp-jupyterlab:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The debugging journal, quick fixes and GPUs.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IStatusBar, ISettingRegistry, ITranslator, ILayoutRestorer],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
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

  const panel = new JournalPanel(tracker, app.commands, language);
  panel.title.icon = journalIcon;
  app.shell.add(panel, 'left', { rank: 650 });
  restorer?.add(panel, panel.id);
  app.commands.addCommand('tflsp:show-journal', {
    label: () => say(language(), 'showPanel'),
    execute: () => app.shell.activateById(panel.id)
  });
  palette?.addItem({ command: 'tflsp:show-journal', category: 'tflsp' });

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
