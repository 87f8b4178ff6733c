/** Terms and refunds, where the operator has no text of their own. */
export const TEXTS = {
  terms: 'Terms',
  termsLead: 'What holds between you and whoever runs this service.',
  termsAbsent: (operator: string) =>
    `${operator} has published no terms of their own. What follows is how the service itself works, from its settings.`,
  refunds: 'Refunds',
  refundsLead: 'When money goes back.',
  refundsMade: 'This page is made from the rule that the service is set to.',
  inEnglish: 'The operator has published this text in English only.',
  written: 'Written by the operator',
  billing: 'What you pay',
  billingText:
    'You pay in advance. A call is let in when your balance covers its bound, and charged once, at or below it, by the price that held when it began. What goes above is ours to bear.',
  refused: 'Nothing is charged for a call that is refused or that fails before its first byte.',
  topUp: (minimum: string, maximum: string) => `You can pay in from $${minimum} to $${maximum} at once.`,
  prices: 'Prices',
  pricesText: (days: string) =>
    `Whoever used a model lately is told ${days} days before its price rises, where mail can be sent. A price version never changes.`,
  uptime: 'Uptime',
  uptimePromised: (target: string, credit: string) =>
    `${target} of the minutes of each month are promised. In a month below, accounts get back ${credit} of what they spent in it, by themselves.`,
  uptimePlans: (plans: string) => `It holds for the plans ${plans}.`,
  noUptime: 'No uptime is promised. What was measured is on the status page.',
  giftsExpire: (days: string) => `Credit that was a gift is taken back after ${days} days.`,
  giftsStay: 'Credit that was a gift does not expire.',
  privacyHeading: 'Privacy',
  privacyText: 'What is kept of you, and what shows it, is in the privacy policy.',
  never: 'Payments are final: no money goes back by itself or on request.',
  byCase: 'Whether money goes back is decided case by case. Write to the operator with the date and the amount of the payment.',
  withinDays: (days: string) => `What is left of a payment goes back on request for ${days} days after it was made, the way it came.`,
  whatGoesBack: 'What was spent on calls does not go back, nor do gifts. A refund takes its share of a bonus with it.',
  ours: 'What we owe you regardless',
  oursText: 'A call that was charged wrongly is corrected by a reversal in the ledger, which you see in your statement.',
  howToAsk: 'How to ask',
  contactHeading: 'Contact',
  contact: 'Write to',
  noContact: 'The operator has named no address yet.',
}
