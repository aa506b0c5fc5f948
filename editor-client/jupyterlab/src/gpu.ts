// The GPUs in the status bar. Nothing is asked while the page or the status bar is hidden.
import { Widget } from '@lumino/widgets';
import { shown } from './gpuText.js';
import { gpu } from './requests.js';
import { type Language, say } from './words.js';

const INTERVAL = 5_000; // milliseconds
// Where there is no GPU, one is not looked for as often.
const WITHOUT = 60_000;

export class GpuItem extends Widget {
  private timer: number | undefined;
  private asking = false;
  private interval = INTERVAL;
  private wanted = true;

  constructor(private language: () => Language) {
    super();
    this.addClass('jp-tflsp-gpu');
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-live', 'off');
    this.node.hidden = true;
    document.addEventListener('visibilitychange', this.turn);
  }

  /** Whether the settings want it. */
  set enabled(wanted: boolean) {
    this.wanted = wanted;
    this.turn();
  }

  override dispose(): void {
    document.removeEventListener('visibilitychange', this.turn);
    this.stop();
    super.dispose();
  }

  protected override onAfterAttach(): void {
    this.turn();
  }

  protected override onAfterShow(): void {
    this.turn();
  }

  protected override onAfterHide(): void {
    this.stop();
  }

  protected override onBeforeDetach(): void {
    this.stop();
  }

  /** Whether somebody could see it, were there a GPU. */
  private get looked(): boolean {
    return this.wanted && !this.isDisposed && this.isVisible && document.visibilityState === 'visible';
  }

  private stop(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }

  private turn = (): void => {
    this.stop();
    if (!this.wanted) {
      this.node.hidden = true;
    } else if (this.looked) {
      void this.ask();
    }
  };

  private async ask(): Promise<void> {
    if (this.asking) {
      return;
    }
    this.asking = true;
    try {
      const found = shown(await gpu(this.language()), this.language());
      this.interval = found ? INTERVAL : WITHOUT;
      this.node.hidden = found === null || !this.wanted;
      this.node.textContent = found?.text ?? '';
      this.node.title = found?.tooltip ?? '';
      this.node.setAttribute('aria-label', `${say(this.language(), 'gpuLabel')}: ${found?.text ?? ''}`);
      this.toggleClass('jp-mod-warning', found?.warning ?? false);
    } catch {
      this.interval = WITHOUT;
      this.node.hidden = true;
    } finally {
      this.asking = false;
    }
    this.stop();
    if (this.looked) {
      this.timer = window.setTimeout(() => void this.ask(), this.interval);
    }
  }
}
