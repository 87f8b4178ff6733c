import type { FRAME as EN } from '../en/frame.ts'
import type { Widened } from '../widened.ts'

/** What stands around every page. */
export const FRAME: Widened<typeof EN> = {
  tag: 'zh-Hans',
  name: '简体中文',
  gap: '',
  skip: '跳到正文',
  main: '主导航',
  about: '关于本服务',
  models: '模型',
  status: '状态',
  docs: '文档',
  privacy: '隐私',
  signIn: '登录',
  signUp: '注册账户',
  terms: '服务条款',
  refunds: '退款',
  proof: '验证',
  source: '源代码',
  prices: '价格（JSON）',
  languages: '语言',
  footnote: '登录之前没有 Cookie，页面不依赖脚本，也不加载任何第三方内容。',
  nano: (digits) => `${digits} 纳美元`,
  perMillion: '每百万 token',
  copy: '复制',
  copied: '已复制',
  notFound: '这里没有内容',
  notFoundLead: '这个地址没有对应的页面，可能是模型已经下线。',
  allModels: '全部模型与价格',
}
