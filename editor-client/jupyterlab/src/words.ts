// What the extension says, in English and Chinese. JupyterLab's language packs carry no extension of others.

export type Language = 'en' | 'zh';

export const WORDS = {
  category: { en: 'tflsp', zh: 'tflsp' },
  goal: { en: 'Insert goal', zh: '插入实验目标' },
  step: { en: 'Insert debug step', zh: '插入调试步骤' },
  error: { en: 'Insert error log', zh: '插入错误日志' },
  conclusion: { en: 'Insert conclusion', zh: '插入结论' },
  fix: { en: 'Quick fix…', zh: '快速修复…' },
  panel: { en: 'Journal', zh: '调试日志' },
  showPanel: { en: 'Show journal', zh: '显示调试日志' },
  noNotebook: { en: 'Open a notebook to see its journal.', zh: '打开笔记本以查看其调试日志。' },
  noEntries: { en: 'No entries yet. Run a cell, then insert a step.', zh: '还没有条目。运行单元格后插入调试步骤。' },
  noFix: { en: 'There is nothing to fix in this cell.', zh: '此单元格没有可修复的问题。' },
  chooseFix: { en: 'Fixes for this cell', zh: '此单元格的修复' },
  apply: { en: 'Apply', zh: '应用' },
  unsafe: { en: 'unsafe', zh: '不安全' },
  changed: { en: 'The notebook has changed meanwhile; try again.', zh: '笔记本已更改，请重试。' },
  noAnswer: { en: 'tflsp gave no answer: {0}', zh: 'tflsp 没有应答：{0}' },
  kindGoal: { en: 'Goal', zh: '目标' },
  kindStep: { en: 'Step', zh: '步骤' },
  kindError: { en: 'Error', zh: '错误' },
  kindConclusion: { en: 'Conclusion', zh: '结论' },
  busy: { en: '{0} % busy', zh: '利用率 {0} %' },
  free: { en: '{0} GiB free', zh: '空闲 {0} GiB' },
  gpuLabel: { en: 'GPU state', zh: 'GPU 状态' }
} as const;

export type Word = keyof typeof WORDS;

/** The language for a locale as JupyterLab has it (`zh_CN`), unless one was chosen. */
export function languageOf(chosen: unknown, locale: string): Language {
  if (chosen === 'en' || chosen === 'zh') {
    return chosen;
  }
  return /^zh\b|^zh[_-]/i.test(locale) ? 'zh' : 'en';
}

/** A word in a language, its `{0}` filled in. */
export function say(language: Language, word: Word, ...values: string[]): string {
  return WORDS[word][language].replace(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? '');
}
