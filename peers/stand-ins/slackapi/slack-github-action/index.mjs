const input = name => process.env[`INPUT_${name.toUpperCase()}`]
if (input('webhook-type') !== 'incoming-webhook') throw new Error('webhook-type is not stood in for')
const body = JSON.stringify(JSON.parse(input('payload')))
const { ok, status } = await fetch(input('webhook'), { method: 'POST', body })
if (!ok && input('errors') === 'true') throw new Error(`the webhook answered ${status}`)
