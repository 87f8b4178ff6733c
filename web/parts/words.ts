import { useWordsOf } from '../lib/language.tsx'

const en = {
  copy: 'Copy',
  copied: 'Copied',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back',
  loading: 'Loading',
  retry: 'Try again',
  more: 'Show more',
  menu: 'Menu',
  skip: 'Skip to the page',
  theme: 'Theme',
  themes: { auto: 'System', light: 'Light', dark: 'Dark' },
  language: 'Language',
  keys: 'Keyboard',
  keysHelp: 'Show the keys',
  search: 'Search this page',
  table: 'Show as a table',
  nothing: 'Nothing here.',
  unreachable: 'The server did not answer. Your connection may be gone; nothing was changed that you were not told of. Try again.',
  broken: 'This page met something it did not expect. Reload it; nothing was changed.',
  notFound: 'There is no such page',
  notFoundMeans: 'The address may have a letter too many, or what it led to is gone.',
  toOverview: 'To the overview',
  retryIn: (seconds: number) => `Try again in ${seconds} s.`,
}
type Words = typeof en

const zh: Words = {
  copy: '复制',
  copied: '已复制',
  close: '关闭',
  cancel: '取消',
  back: '返回',
  loading: '正在加载',
  retry: '重试',
  more: '显示更多',
  menu: '菜单',
  skip: '跳到正文',
  theme: '外观',
  themes: { auto: '跟随系统', light: '浅色', dark: '深色' },
  language: '语言',
  keys: '快捷键',
  keysHelp: '显示快捷键',
  search: '在本页搜索',
  table: '以表格显示',
  nothing: '这里什么也没有。',
  unreachable: '服务器没有响应，可能是网络断开了。没有得到确认的操作均未生效，请重试。',
  broken: '页面遇到了意料之外的情况。请刷新页面；没有任何内容被更改。',
  notFound: '没有这个页面',
  notFoundMeans: '地址可能有误，或者它指向的内容已不存在。',
  toOverview: '前往概览',
  retryIn: (seconds) => `请在 ${seconds} 秒后重试。`,
}

/** The words that all pages share. */
export const useWords = (): Words => useWordsOf({ en, zh })
