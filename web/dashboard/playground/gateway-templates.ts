// Made by: node tests/tidy/write-gateway-words.ts
/** What gateways say of failures, in English and in Chinese; `{x}` stands for the same in both. */
// biome-ignore format: as it is made
export const TEMPLATES: readonly (readonly [english: string, chinese: string])[] = [
  [
    'The body is not valid JSON. Send one JSON object.',
    '请求体不是有效的 JSON。请发送一个 JSON 对象。',
  ],
  [
    'The body nests deeper than {limit} levels. Flatten it.',
    '请求体的嵌套超过 {limit} 层。请减少嵌套。',
  ],
  [
    'The body has more than {limit} keys, objects or lists. Send fewer.',
    '请求体的键、对象或列表超过 {limit} 个。请减少内容。',
  ],
  [
    'The body has more than {limit} values. Send fewer, or send the data as text.',
    '请求体的值超过 {limit} 个。请减少内容，或以文本形式发送。',
  ],
  [
    'The field "{field}" is given more than once. Send it once.',
    '字段“{field}”出现了多次。请只发送一次。',
  ],
  [
    'The field "{field}" is missing. Add it.',
    '缺少字段“{field}”。请补上。',
  ],
  [
    'The field "{field}" is not valid: {expected}.',
    '字段“{field}”无效，要求：{expected}。',
  ],
  [
    'The field "{field}" refers to something that would have to be stored, and nothing is stored here. Send the whole conversation, with store: false.',
    '字段“{field}”指向需要保存的内容，而这里什么都不保存。请发送完整对话，并设置 store: false。',
  ],
  [
    'A key was sent in the address. Send it as "Authorization: Bearer" and replace the key, as addresses are often logged.',
    '地址中包含密钥。请改用“Authorization: Bearer”发送，并更换这个密钥，因为地址常会被记入日志。',
  ],
  [
    'The body is not a multipart form that can be read. Send multipart/form-data with CR LF, a boundary that occurs nowhere else, and names without quotes or backslashes.',
    '请求体不是可读取的 multipart 表单。请发送 multipart/form-data，用 CR LF 换行，分隔符不得出现在内容中，名称不含引号和反斜杠。',
  ],
  [
    'Compressed request bodies are not accepted. Send the body without Content-Encoding.',
    '不接受压缩的请求体。请去掉 Content-Encoding。',
  ],
  [
    'The body must be JSON. Send "Content-Type: application/json".',
    '请求体必须是 JSON。请发送“Content-Type: application/json”。',
  ],
  [
    'The body must be a form. Send "Content-Type: multipart/form-data" with its boundary.',
    '请求体必须是表单。请发送“Content-Type: multipart/form-data”及其分隔符。',
  ],
  [
    'More than {limit} bytes came before the field "model". Send "model" before the file.',
    '字段“model”之前已有超过 {limit} 字节。请把“model”放在文件之前。',
  ],
  [
    'The body is larger than {limit} bytes. Send less.',
    '请求体超过 {limit} 字节。请减少内容。',
  ],
  [
    'There is nothing at this path. See /docs for the paths.',
    '这个路径下什么也没有。可用的路径见 /docs。',
  ],
  [
    'What {path} is for would have to be stored, and nothing is stored here. {instead}',
    '{path} 的用途需要保存内容，而这里什么都不保存。{instead}',
  ],
  [
    'This path does not take this method. Use {allowed}.',
    '这个路径不支持该方法。请使用 {allowed}。',
  ],
  [
    'This path takes WebSocket connections alone. Open one, with the key in the header Authorization.',
    '这个路径只接受 WebSocket 连接。请建立连接，并在 Authorization 头中发送密钥。',
  ],
  [
    'No key was sent. Send your key as "Authorization: Bearer <key>". Read on at {at}.',
    '没有收到密钥。请以“Authorization: Bearer <密钥>”发送。说明见 {at}。',
  ],
  [
    'This key is not known. Check that it was copied whole, or make a new one.',
    '没有这个密钥。请检查是否复制完整，或新建一个。',
  ],
  [
    'This key was given another secret, and the time in which this one worked too is over. Use the new one.',
    '这个密钥已换成新的，新旧并用的期限已过。请使用新的密钥。',
  ],
  [
    'This key has expired. Make a new one.',
    '这个密钥已过期。请新建一个。',
  ],
  [
    'This key may not be used from {address}. Use it from where it is meant for, or let it be used from there.',
    '这个密钥不允许从 {address} 使用。请从允许的地址使用，或把该地址加入许可范围。',
  ],
  [
    'This key may not call this model. It may call: {models}.',
    '这个密钥不能调用该模型。它可以调用：{models}。',
  ],
  [
    'No route of this model is allowed: {rule} rules out every one. GET /v1/models lists the routes with their labels.',
    '该模型没有可用的路由：{rule} 排除了全部路由。GET /v1/models 会列出各路由及其标签。',
  ],
  [
    'The subscription of this key has ended. Renew it, or use another key of the account.',
    '这个密钥所属的订阅已结束。请续订，或使用账户的其他密钥。',
  ],
  [
    'This key serves in the block "{block}", from {from} to {to} UTC. It opens at {from} UTC, in {wait}.',
    '这个密钥只在时段“{block}”（{from} 至 {to} UTC）内可用。将于 {from} UTC 开放，还需 {wait}。',
  ],
  [
    'A management key calls no models. Use a key that begins with "fbx_".',
    '管理密钥不能调用模型。请使用以“fbx_”开头的密钥。',
  ],
  [
    'This key rests: {reason}. Make it active again with a management key: POST /api/keys/ID/resume.',
    '这个密钥已暂停：{reason}。请用管理密钥恢复：POST /api/keys/ID/resume。',
  ],
  [
    'This key was paused by the operator of this service. Its page says why, and so does a letter to its owner. Support answers: POST /api/support/requests, also with this key.',
    '这个密钥已被本服务的运营方暂停。原因见密钥页面和寄给其所有者的信件。请联系客服：POST /api/support/requests，也可以使用这个密钥。',
  ],
  [
    'This account is suspended: {reason}. Write to support if you think that is wrong.',
    '这个账户已停用：{reason}。如有异议，请联系客服。',
  ],
  [
    'There is no model of this name here. GET /v1/models lists those that are.',
    '这里没有这个名称的模型。GET /v1/models 会列出现有的模型。',
  ],
  [
    'This model has no price, so it cannot be called. The operator has to set one.',
    '这个模型没有价格，因此不能调用。需要由运营者设置价格。',
  ],
  [
    'This model is not served in this protocol. Call it through {path}.',
    '这个模型不通过该协议提供。请改用 {path} 调用。',
  ],
  [
    'This model is served in another protocol, which has no words for: {fields}. Leave them out, or send no x-farebox-strict header.',
    '这个模型通过另一种协议提供，该协议无法表达：{fields}。请去掉这些字段，或不发送 x-farebox-strict 头。',
  ],
  [
    'What the address in "{field}" leads to could not be fetched for the provider: {reason}. Send the bytes instead.',
    '无法为提供方获取“{field}”中的地址：{reason}。请直接发送文件内容。',
  ],
  [
    'The balance of this account does not cover this call, which can cost up to ${hold}. Top up or ask for less output.',
    '账户余额不足以支付这次调用，它最多需要 ${hold}。请充值，或减少输出长度。',
  ],
  [
    'The limit of {limit} requests per minute is reached. Try again in {seconds} s.',
    '已达到每分钟 {limit} 次请求的上限。请在 {seconds} 秒后重试。',
  ],
  [
    'The limit of {limit} tokens per minute is reached. Try again in {seconds} s.',
    '已达到每分钟 {limit} 个 token 的上限。请在 {seconds} 秒后重试。',
  ],
  [
    'The limit of {limit} calls at the same time is reached. Wait for one to end.',
    '已达到同时 {limit} 个调用的上限。请等待其中一个结束。',
  ],
  [
    '{limit} is spent, or what is left of it does not cover this call, which can cost up to ${hold}. {advice}',
    '{limit} 已用完，或剩余部分不足以支付这次调用，它最多需要 ${hold}。{advice}',
  ],
  [
    'The provider of this model is at its limit. Try again in {seconds} s.',
    '该模型的提供方已达上限。请在 {seconds} 秒后重试。',
  ],
  [
    'The provider of this model refused the request.',
    '该模型的提供方拒绝了这个请求。',
  ],
  [
    'The provider of this model failed before it answered. Nothing was charged. Try again.',
    '该模型的提供方在回答之前失败。没有产生费用，请重试。',
  ],
  [
    'The provider of this model did not answer in time. Try again.',
    '该模型的提供方没有及时回答。请重试。',
  ],
  [
    'The provider of this model broke off its answer.',
    '该模型的提供方中断了回答。',
  ],
  [
    'Farebox cannot take this call right now. Nothing was charged. Try again in {seconds} s.',
    'Farebox 目前无法处理这个请求。没有产生费用，请在 {seconds} 秒后重试。',
  ],
  [
    'Something of ours went wrong. Nothing more was charged than your usage shows.',
    '我们这边出了问题。费用不会超过用量中显示的金额。',
  ],
  [
    'No key was sent, and this call can cost up to ${amount}. Send a key, or pay as the header PAYMENT-REQUIRED says (x402).',
    '没有收到密钥，而这次调用最多需要 ${amount}。请发送密钥，或按 PAYMENT-REQUIRED 头的说明付款（x402）。',
  ],
  [
    'The header PAYMENT-SIGNATURE is no payment of x402 version 2: {problem}. Nothing was taken.',
    'PAYMENT-SIGNATURE 头不是 x402 第 2 版的付款：{problem}。没有收取任何款项。',
  ],
  [
    'This payment is for another network than {network}, so it was not taken. Pay on the one that is asked.',
    '这笔付款不在 {network} 网络上，因此没有收取。请在要求的网络上付款。',
  ],
  [
    'This payment is in another token than the one that is asked, so it was not taken.',
    '这笔付款的代币与要求的不同，因此没有收取。',
  ],
  [
    'This payment is to another address than the one that is asked, so it was not taken.',
    '这笔付款的收款地址与要求的不同，因此没有收取。',
  ],
  [
    'This payment is less than ${amount}, which is what this call can cost, so it was not taken.',
    '这笔付款少于 ${amount}，即这次调用可能的费用，因此没有收取。',
  ],
  [
    'This payment is not valid yet, so it was not taken. Look at "validAfter" and at your clock.',
    '这笔付款尚未生效，因此没有收取。请检查“validAfter”和你的时钟。',
  ],
  [
    'This payment is not valid any more, so it was not taken. Sign a new one.',
    '这笔付款已失效，因此没有收取。请重新签名。',
  ],
  [
    'The signature is not one of the paying wallet over this payment, so it was not taken.',
    '签名不是付款钱包对这笔付款的签名，因此没有收取。',
  ],
  [
    'This payment has paid for a call already. Sign a new one, with a nonce of its own.',
    '这笔付款已用于一次调用。请用新的 nonce 重新签名。',
  ],
  [
    'The wallet has less than this payment is for, so nothing was taken.',
    '钱包余额少于这笔付款，因此没有收取。',
  ],
  [
    'The facilitator refused this payment, so nothing was taken. Sign a new one.',
    '结算服务拒绝了这笔付款，因此没有收取。请重新签名。',
  ],
  [
    'Payments of this wallet are not taken here, so nothing was taken. Write to support if you think that is wrong.',
    '这里不接受该钱包的付款，因此没有收取。如有异议，请联系客服。',
  ],
  [
    'This payment is being settled right now. Send the same call with the same payment in {seconds} s.',
    '这笔付款正在结算。请在 {seconds} 秒后用同一笔付款发送同一个调用。',
  ],
  [
    'It is not known yet whether this payment was taken. Send the same call with the same payment in {seconds} s: it is taken once at most.',
    '尚不清楚这笔付款是否已收取。请在 {seconds} 秒后用同一笔付款发送同一个调用：最多只会收取一次。',
  ],
  [
    'It could not be found out whether this payment was taken. The operator looks at it, and nothing is lost. Sign a new one for this call.',
    '无法确认这笔付款是否已收取。运营者正在核查，款项不会丢失。请为这次调用重新签名。',
  ],
  [
    'The facilitator does not answer, so the payment was not taken. Send the same again in {seconds} s, or use a key.',
    '结算服务没有响应，因此没有收取付款。请在 {seconds} 秒后重新发送，或使用密钥。',
  ],
]

/** Reasons that stand in them. */
// biome-ignore format: as it is made
export const REASONS: Readonly<Record<string, string>> = {
  'its owner made it rest': '由所有者暂停',
  'it spent far more than usual within five minutes': '五分钟内的花费远超平常',
  'a payment was taken back or disputed': '有款项被撤回或存在争议',
  'it was used against the terms of use': '使用方式违反使用条款',
  'its keys may be in the hands of others': '它的密钥可能已落入他人之手',
  'the terms of use ask for it': '使用条款要求如此',
  'its owner asked for it': '应所有者要求',
  'support can say why': '原因请咨询客服',
}
