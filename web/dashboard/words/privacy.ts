import type { PersonalDataEntry } from '../../../src/privacy/index.ts'

type Categories = Readonly<Record<PersonalDataEntry['category'], string>>
type Retentions = Readonly<Record<PersonalDataEntry['retention'], string>>

/** The ground on which the law keeps books, as the server tells it. */
const BOOKS = 'legal-obligation: books of account, 10 years from the end of the year'

export const en = {
  privacy: {
    title: 'Privacy',
    lead: 'Everything that is held of you, who looked at it, and how to take it along or have it gone.',
    nothing: 'No prompt, answer or file of any call of yours is held.',
    how: 'How that is shown',
    held: 'What is held',
    purpose: 'What for',
    columns: 'Where',
    retention: 'How long',
    rows: 'Rows',
    columnCount: (count: number) => (count === 1 ? '1 column' : `${count} columns`),
    categories: {
      ...{ content: 'content', contact: 'contact', credential: 'credential', identifier: 'identifier', preference: 'choice' },
      ...{ usage: 'usage', money: 'money', 'free-text': 'free text', secret: 'secret', none: 'of the house' },
    } satisfies Categories as Categories,
    retentions: {
      ...{ account: 'as the account', key: 'as the key', '24 hours': '24 hours', '7 days': '7 days', '90 days': '90 days' },
      ...{ '10 years': '10 years', call: 'while the call runs', catalogue: 'as the catalogue' },
    } satisfies Retentions as Retentions,
    ofOwn: 'Taking everything along and erasing are for the account that you opened yourself. Choose it above, and both are here.',
    looked: 'Who looked',
    nobody: 'Nobody of the operators has looked at what is yours.',
    at: 'When',
    who: 'Who',
    what: 'What',
    export: 'Take it along',
    exportMeans: 'A ZIP with everything as JSON and CSV, and what each column means. It is made while it loads and lies nowhere here.',
    exportAct: 'Export everything',
    erase: 'Erase the account',
    eraseMeans: 'Keys stop at once; what identifies you can be read nowhere within days. What the law makes us keep is shown before.',
    eraseBegin: 'Erase this account …',
    eraseTitle: 'Erase this account for good?',
    goes: (count: number) =>
      `${count} kinds of data go, and every key and session ends now. This cannot be undone by anybody. What the law makes us keep stays under a number that belongs to nobody, until:`,
    bases: { [BOOKS]: 'the law asks for books of account, 10 years from the end of the year' } as Readonly<Record<string, string>>,
    giveUp: (amount: string) => `${amount} is left on the balance, and is given up with it. Have it refunded first if you want it.`,
    confirm: (name: string) => `Type ${name} to go on`,
    eraseAct: 'Erase for good',
    eraseWith: (amount: string) => `Erase, and give up ${amount}`,
  },
  support: {
    title: 'Support',
    lead: 'Ask a person. An answer is promised in 72 hours and due in 30 days; both sides’ words are sealed, and go 90 days after the end.',
    question: 'What is it about?',
    hint: 'Leave prompts, keys and passwords out; the id of a request says which call it was.',
    ask: 'Ask support',
    asked: 'What you asked',
    none: 'Nothing asked yet. Write what went wrong above; the id of a request, from the list of requests, lets us find the call. Your question and its answer stand here, with the time by which we promise one.',
    states: { open: 'waits for an answer', answered: 'answered', closed: 'closed' },
    promised: 'answer promised by',
  },
}
export const zh: typeof en = {
  privacy: {
    title: '隐私',
    lead: '关于你的全部数据、谁查看过，以及如何带走或删除。',
    nothing: '没有保存你任何调用的提示词、回答或文件。',
    how: '如何证明',
    held: '保存的数据',
    purpose: '用途',
    columns: '位置',
    retention: '保留期限',
    rows: '行数',
    columnCount: (count) => `${count} 列`,
    categories: {
      ...{ content: '内容', contact: '联系方式', credential: '登录凭证', identifier: '标识', preference: '偏好' },
      ...{ usage: '用量', money: '资金', 'free-text': '自由文字', secret: '机密', none: '内部' },
    },
    retentions: {
      ...{ account: '随账户', key: '随密钥', '24 hours': '24 小时', '7 days': '7 天', '90 days': '90 天' },
      ...{ '10 years': '10 年', call: '仅调用期间', catalogue: '随目录' },
    },
    ofOwn: '导出和删除只针对你自己开立的账户。请先在上方切换到它，两者就会出现在这里。',
    looked: '查看记录',
    nobody: '运营方没有人查看过你的数据。',
    at: '时间',
    who: '谁',
    what: '内容',
    export: '导出',
    exportMeans: '一个 ZIP 文件，包含全部数据的 JSON 与 CSV 以及各列说明。下载时即时生成，不在服务器上留存。',
    exportAct: '导出全部数据',
    erase: '删除账户',
    eraseMeans: '密钥立即停用；能识别你身份的信息数日内在任何地方都无法读取。法律要求保留的内容会事先列出。',
    eraseBegin: '删除此账户…',
    eraseTitle: '永久删除此账户？',
    goes: (count) =>
      `将删除 ${count} 类数据，所有密钥和会话立即结束，任何人都无法撤销。法律要求保留的内容归于一个不属于任何人的编号之下，保留至：`,
    bases: { [BOOKS]: '法律要求保存账簿，自年末起 10 年' },
    giveUp: (amount) => `余额还有 ${amount}，将随之放弃。如需退款请先办理。`,
    confirm: (name) => `输入 ${name} 以继续`,
    eraseAct: '永久删除',
    eraseWith: (amount) => `删除并放弃 ${amount}`,
  },
  support: {
    title: '客服',
    lead: '由真人回复：承诺 72 小时内答复，最迟 30 天。双方的文字均加密保存，结束 90 天后删除。',
    question: '请描述你的问题',
    hint: '请不要填写提示词、密钥或密码；提供请求编号即可定位调用。',
    ask: '提交',
    asked: '已提交的问题',
    none: '还没有提问。请在上方写下遇到的问题；附上请求列表中的请求 ID，我们就能找到那次调用。你的问题、答复以及承诺的答复时间都会显示在这里。',
    states: { open: '等待答复', answered: '已答复', closed: '已关闭' },
    promised: '承诺答复时间',
  },
}
