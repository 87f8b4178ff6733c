export const en = {
  title: 'Bring others',
  means: (percent: string) =>
    `Of what somebody pays who opens their account by this link, ${percent} % comes to your balance, up to what the house gives in a day and in all.`,
  who: 'Did somebody bring you?',
  whoHint: 'Their code, before your first payment.',
  say: 'Say so',
  said: 'It is noted. What you pay counts for them.',
}
export const zh: typeof en = {
  title: '推荐他人',
  means: (percent) => `通过此链接注册的人付款时，其付款的 ${percent} % 会记入你的余额，以平台设定的每日及累计上限为限。`,
  who: '有人推荐你吗？',
  whoHint: '填写对方的推荐码，须在首次付款之前。',
  say: '提交',
  said: '已记录。你的付款会计入对方的推荐。',
}
