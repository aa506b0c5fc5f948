// What the extension says, in English and Chinese. JupyterLab's language packs carry no extension of others.

export type Language = 'en' | 'zh';

export const WORDS = {
  category: { en: 'tflsp', zh: 'tflsp' },
  goal: { en: 'Insert goal', zh: '插入实验目标' },
  step: { en: 'Insert debug step', zh: '插入调试步骤' },
  error: { en: 'Insert error log', zh: '插入错误日志' },
  conclusion: { en: 'Insert conclusion', zh: '插入结论' },
  fix: { en: 'Quick fix…', zh: '快速修复…' },
  fixAll: { en: 'Fix all that is safe to fix', zh: '修复全部可安全修复的问题' },
  noSafeFix: { en: 'There is nothing that is safe to fix by itself.', zh: '没有可以自动安全修复的问题。' },
  fixedAll: { en: 'Cells that were fixed: {0}.', zh: '已修复的单元格：{0}。' },
  promote: { en: 'Promote', zh: '提炼' },
  promoteHere: { en: 'Promote step or error to a guide…', zh: '将步骤或错误提炼到指南…' },
  promoted: { en: 'Now in {0}.', zh: '已写入 {0}。' },
  chooseGuide: { en: 'Promote to', zh: '提炼到' },
  compare: { en: 'Compare with the step before', zh: '与上一步比较' },
  compareShort: { en: 'Compare', zh: '比较' },
  timeline: { en: 'Show timeline', zh: '显示时间线' },
  timelineTitle: { en: 'Timeline', zh: '时间线' },
  noEntryHere: { en: 'There is no step or error in this cell.', zh: '此单元格中没有步骤或错误。' },
  cancel: { en: 'Cancel', zh: '取消' },
  close: { en: 'Close', zh: '关闭' },
  panel: { en: 'Journal', zh: '调试日志' },
  showPanel: { en: 'Show journal', zh: '显示调试日志' },
  noNotebook: { en: 'Open a notebook to see its journal.', zh: '打开笔记本以查看其调试日志。' },
  noEntries: { en: 'No entries yet. Run a cell, then insert a step.', zh: '还没有条目。运行单元格后插入调试步骤。' },
  noFix: { en: 'There is nothing to fix in this cell.', zh: '此单元格没有可修复的问题。' },
  chooseFix: { en: 'Fixes for this cell', zh: '此单元格的修复' },
  apply: { en: 'Apply', zh: '应用' },
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
