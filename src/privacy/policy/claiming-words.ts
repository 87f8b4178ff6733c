/** Words that claim more than anybody can show, as regular expressions. */
export const CLAIMING_WORDS = [
  ...['unconditional', 'absolute', '100 ?%', 'guarantee', 'total(?:ly)?', 'unbreakable', 'unhackable', 'bulletproof', 'foolproof'],
  ...['military[- ]grade', 'bank[- ]grade', 'impenetrable', 'risk[- ]free', 'state[- ]of[- ]the[- ]art', 'world[- ]class'],
  ...['industry[- ]leading', 'completely (?:secure|anonymous|private)', 'perfect(?:ly)?', 'robustly', 'uncompromising'],
] as const

/** The same in Simplified Chinese, where words have no ends that could be looked for. */
export const CLAIMING_WORDS_ZH = [
  ...['绝对', '百分之百', '百分百', '保证', '担保', '完全', '彻底', '永不', '永远不会', '万无一失', '牢不可破', '坚不可摧', '固若金汤'],
  ...[
    '无条件',
    '零风险',
    '毫无风险',
    '军工级',
    '军用级',
    '银行级',
    '世界级',
    '国际领先',
    '行业领先',
    '业界领先',
    '最安全',
    '最先进',
    '顶级',
    '完美',
  ],
] as const

const PATTERN = new RegExp(`(?<![\\w])(?:${CLAIMING_WORDS.join('|')})|${CLAIMING_WORDS_ZH.join('|')}`, 'gi')

/** Those of them that a text has, as it has them. */
export const claimingWordsIn = (text: string): readonly string[] => [...text.matchAll(PATTERN)].map(([word]) => word)
