import { setSteps } from '@/fields/steps'

// What the states of the chain mean, and by which action a record gets there.
setSteps('lead', 'status', {
  unqualified: { kind: 'lost' },
  converted: { kind: 'won', action: 'convert', final: true },
})
setSteps('quote', 'state', {
  draft: { action: 'revise' },
  sent: { action: 'send' },
  accepted: { kind: 'won', action: 'accept' },
  rejected: { kind: 'lost', action: 'reject' },
  expired: { kind: 'lost' },
})
setSteps('contract', 'state', {
  signed: { action: 'sign' },
  ended: { kind: 'won', action: 'end' },
  void: { kind: 'lost', action: 'void' },
})
setSteps('order', 'state', {
  confirmed: { action: 'confirm' },
  delivered: { kind: 'won', action: 'deliver' },
  cancelled: { kind: 'lost', action: 'cancel' },
})
setSteps('payment_plan', 'state', { paid: { kind: 'won' } }, false)
