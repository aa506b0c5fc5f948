// The user's language: VS Code's own translations, from l10n/.

import { l10n } from 'vscode';
import type { Translate } from './core/words';

export const t: Translate = (message, ...args) => l10n.t(message, ...args);
