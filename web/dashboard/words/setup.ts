export const en = {
  title: 'Set-up',
  lead: 'Lines to copy, with the address of this server. Each of them is run by a test of ours.',
  key: 'Key',
  client: 'Program',
  model: 'Model',
  noKey: 'No key yet. A key is shown once, when it is made.',
  makeKey: 'Make a key',
  keyNote: (name: string, hint: string) =>
    `Put the key “${name}” (${hint}) where it says FAREBOX_KEY. We keep only its hash, so it cannot be shown here.`,
}
export const zh: typeof en = {
  title: '接入',
  lead: '可直接复制的配置，已填好本服务器的地址。每一段都由我们的测试运行过。',
  key: '密钥',
  client: '程序',
  model: '模型',
  noKey: '还没有密钥。密钥只在创建时显示一次。',
  makeKey: '创建密钥',
  keyNote: (name, hint) => `请将密钥“${name}”（${hint}）填入 FAREBOX_KEY 处。我们只保存它的哈希值，因此这里无法显示。`,
}
