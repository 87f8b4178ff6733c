import type { ChineseStatements } from './chinese.ts'

/** What becomes of prompts and answers. */
export const CONTENT_ZH: ChineseStatements = {
  'not-stored': { topic: '提示与回答的存储', text: () => '你的提示和得到的回答不会被写下来：不进数据库，不进日志，也不进文件。' },
  memory: {
    topic: '内存中的内容',
    text: ({ gatewayRecycleSeconds }) =>
      `调用进行时，其文字只在一个进程的内存中。最后一个字节发出后即被释放。该进程接收调用的时间为 ${spanOf(gatewayRecycleSeconds)}，最后一个调用得到回答后即结束，全部内存随之消失。`,
  },
  'not-read': {
    topic: '人或程序阅读内容',
    text: () => '这里没有人阅读你的提示或回答；程序只做转发和计算 token 所需的处理，不看别的。也没有任何开关能让我们查看。',
  },
  'no-training': { topic: '模型训练', text: () => '我们不用你的提示或回答训练模型，也不用它们微调模型。' },
  'no-analytics': {
    topic: '内容分析',
    text: () => '我们不从你写的内容中提取任何东西：不提取主题、语言，也不提取文本指纹。离开处理调用的进程的只有 token 数量。',
  },
  'two-places': {
    topic: '内容的去向',
    text: ({ upstreams }) =>
      upstreams.some(({ fetchesUrls }) => fetchesUrls)
        ? '提示发给作答的提供商，回答返回给你，不去别处；但如果提示中写有图片或其他文件的地址，会向该地址的主机请求该文件。'
        : '提示发给作答的提供商，回答返回给你，不去别处。',
  },
  'figures-only': { topic: '计费看到什么', text: () => '计费只看到数字：token、时间和价格。调用的文字不会到达计费部分。' },
  'no-end-user-content': {
    topic: '你的用户的内容',
    text: () => '如果你把密钥给自己的用户，你能看到每个密钥的用量和费用。无论是你还是我们，都看不到他们写了什么。',
  },
}

const spanOf = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} 分钟` : `${seconds} 秒`)
