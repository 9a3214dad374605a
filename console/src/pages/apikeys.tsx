/* Keys that platforms speak with. A secret is shown once. */
import { useState } from 'preact/hooks'
import type { Key, KeyMade, Scope } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { named, num, t, when } from '@/base/i18n'
import { SCOPES } from '@/desk/lists'
import { Badge, Button, Card, Check, Dialog, Facts, Fault, Head, Input, Notice, Ready, Table, tell, tell_fault, useDoing } from '@/ui/ui'

export function Keys() {
  const list = useLoad((signal) => call('keys', { signal }), [])
  const [adding, set_adding] = useState(false)
  const [ending, set_ending] = useState<Key>()
  const [made, set_made] = useState<KeyMade>()
  return (
    <>
      <Head title={t('keys.title')} about={t('keys.title_about')}>
        <Button look="primary" icon="plus" onClick={() => set_adding(true)}>
          {t('keys.add')}
        </Button>
      </Head>
      <Card bare>
        <Ready from={list}>
          {(l) => (
            <Table
              caption={t('keys.title')}
              rows={l.items}
              key_of={(k) => k.id}
              empty={t('keys.none')}
              columns={[
                { head: t('keys.name'), main: true, cell: (k) => <bdi>{k.name}</bdi> },
                { head: t('keys.scopes'), cell: (k) => <span class="row">{k.scopes.map((s) => <Badge key={s}>{named('scope_of_key', s)}</Badge>)}</span> },
                { head: t('keys.rate'), number: true, cell: (k) => num(k.rate_per_minute) },
                { head: t('keys.webhook'), cell: (k) => (k.webhook ? <code dir="ltr">{k.webhook}</code> : '—') },
                { head: t('keys.used'), cell: (k) => <span class="nowrap">{when(k.used_us)}</span> },
                {
                  head: t('decisions.state'),
                  cell: (k) =>
                    k.revoked ? (
                      <Badge>{t('keys.ended')}</Badge>
                    ) : (
                      <Button look="quiet" onClick={() => set_ending(k)}>
                        {t('keys.end')}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Ready>
      </Card>
      {adding && <AddKey onClose={() => set_adding(false)} done={(k) => (set_adding(false), set_made(k), list.again())} />}
      {ending && (
        <Dialog
          title={t('keys.end')}
          onClose={() => set_ending(undefined)}
          foot={
            <>
              <Button onClick={() => set_ending(undefined)}>{t('do.cancel')}</Button>
              <Button look="danger" onClick={() => void call('revokeKey', { path: { id: ending.id } }).then(() => (set_ending(undefined), tell(t('keys.ended_now')), list.again()), tell_fault)}>
                {t('keys.end')}
              </Button>
            </>
          }
        >
          <p>{t('keys.end_about', ending.name)}</p>
        </Dialog>
      )}
      {made && (
        <Dialog title={t('keys.made')} onClose={() => set_made(undefined)}>
          <Notice tone="amber">{t('keys.once')}</Notice>
          <Facts
            rows={[
              [t('keys.secret'), <code class="copy-me" dir="ltr">{made.secret}</code>],
              !!made.webhook_secret && [t('keys.webhook_secret'), <code class="copy-me" dir="ltr">{made.webhook_secret}</code>],
            ]}
          />
        </Dialog>
      )}
    </>
  )
}

function AddKey({ onClose, done }: { onClose: () => void; done: (k: KeyMade) => void }) {
  const [name, set_name] = useState('')
  const [scopes, set_scopes] = useState<Scope[]>(['submit'])
  const [rate, set_rate] = useState('600')
  const [webhook, set_webhook] = useState('')
  const doing = useDoing()
  return (
    <Dialog title={t('keys.add')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          void doing.run(async () => done(await call('addKey', { body: { name, scopes, rate_per_minute: Number(rate) || undefined, webhook: webhook || undefined } })))
        }}
      >
        <Input label={t('keys.name')} value={name} onChange={set_name} required dir="auto" />
        <fieldset class="stack-tight">
          <legend class="legend">{t('keys.scopes')}</legend>
          {SCOPES.map((s) => (
            <Check key={s} says={named('scope_of_key', s)} checked={scopes.includes(s)} onChange={(v) => set_scopes((x) => (v ? [...x, s] : x.filter((y) => y !== s)))} />
          ))}
        </fieldset>
        <Input label={t('keys.rate')} type="number" min={1} value={rate} onChange={set_rate} dir="ltr" />
        <Input label={t('keys.webhook')} type="url" value={webhook} onChange={set_webhook} dir="ltr" hint={t('keys.webhook_about')} />
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="primary" disabled={doing.busy || !scopes.length}>
            {t('keys.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
