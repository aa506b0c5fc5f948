// What the user is told: reasons, failures, and what was done.
import { Notification } from '@jupyterlab/apputils';
import { type Language, say } from './words.js';

export function warn(text: string): void {
  Notification.warning(text, { autoClose: 8000 });
}

export function inform(text: string): void {
  Notification.info(text, { autoClose: 4000 });
}

/** Do something; where it fails the user is told why. */
export async function told(language: Language, what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error) {
    Notification.error(say(language, 'noAnswer', String((error as Error).message ?? error)), { autoClose: 8000 });
  }
}
