export const en = { title: 'Accounts', none: 'No account yet.', name: 'Person', state: 'State', since: 'Since' }
export const zh: typeof en = { title: '账户', none: '还没有账户。', name: '用户', state: '状态', since: '创建于' }
