/* People and roles. */
import { useState } from 'preact/hooks'
import type { Invited, Permission, Person, Role } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { named, t, when } from '@/base/i18n'
import { me, useMay } from '@/base/me'
import { link } from '@/base/router'
import { LANGUAGES, PERMISSIONS, ROLES } from '@/desk/lists'
import { Badge, Button, Card, Check, Dialog, Facts, Fault, Head, Input, Notice, Ready, Table, Tabs, tell, tell_fault, useDoing } from '@/ui/ui'

const TABS = (at: string) => (
  <Tabs
    label={t('people.title')}
    at={at}
    tabs={[
      { id: 'people', says: t('people.title'), href: link(['people']) },
      { id: 'roles', says: t('roles.title'), href: link(['roles']) },
    ]}
  />
)

function InviteLink({ made, onClose }: { made: Invited; onClose: () => void }) {
  return (
    <Dialog title={t('people.invited')} onClose={onClose}>
      <p>{t('people.invited_about', made.person.name ?? made.person.pseudonym)}</p>
      <Facts
        rows={[
          [t('appeal_link.link'), <code class="copy-me" dir="ltr">{new URL(made.invite, location.origin).href}</code>],
          [t('appeal_link.until'), when(made.until_us)],
        ]}
      />
    </Dialog>
  )
}

function toggled<T>(list: T[], x: T, on: boolean): T[] {
  return on ? [...list, x] : list.filter((y) => y !== x)
}

function PersonForm({ person, onClose, done }: { person?: Person; onClose: () => void; done: (made?: Invited) => void }) {
  const [login, set_login] = useState('')
  const [name, set_name] = useState(person?.name ?? '')
  const [roles, set_roles] = useState<Role[]>(person?.roles ?? ['reviewer'])
  const [tongues, set_tongues] = useState<string[]>(person?.languages ?? ['ar'])
  const doing = useDoing()
  const send = (): void =>
    void doing.run(async () => {
      if (person) {
        await call('patchPerson', { path: { id: person.id }, body: { name, roles, languages: tongues } })
        done()
      } else done(await call('addPerson', { body: { login, name, roles, languages: tongues } }))
    })
  return (
    <Dialog title={t(person ? 'people.change' : 'people.invite')} onClose={onClose}>
      <form class="stack" onSubmit={(e) => (e.preventDefault(), send())}>
        {!person && <Input label={t('enter.login')} value={login} onChange={set_login} required dir="ltr" autocomplete="off" hint={t('setup.login_about')} />}
        <Input label={t('people.name')} value={name} onChange={set_name} required dir="auto" autocomplete="off" hint={t('setup.name_about')} />
        <fieldset class="stack-tight">
          <legend class="legend">{t('people.roles')}</legend>
          {ROLES.map((r) => (
            <Check key={r} says={named('role', r)} hint={named('role.about', r)} checked={roles.includes(r)} onChange={(v) => set_roles((x) => toggled(x, r, v))} />
          ))}
        </fieldset>
        <fieldset class="row">
          <legend class="legend">{t('people.languages')}</legend>
          {LANGUAGES.map((l) => (
            <Check key={l} says={named('tongue', l)} checked={tongues.includes(l)} onChange={(v) => set_tongues((x) => toggled(x, l, v))} />
          ))}
        </fieldset>
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="primary" disabled={doing.busy || !roles.length}>
            {t(person ? 'do.save' : 'people.invite')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function People() {
  const list = useLoad((signal) => call('people', { signal }), [])
  const manages = useMay('people.manage')
  const [open, set_open] = useState<Person | 'new'>()
  const [made, set_made] = useState<Invited>()
  const patch = (p: Person, body: { state?: 'active' | 'disabled'; unlock?: boolean }): void =>
    void call('patchPerson', { path: { id: p.id }, body }).then(() => (tell(t('state.saved')), list.again()), tell_fault)
  return (
    <>
      <Head title={t('people.title')} about={t('people.about')}>
        {manages && (
          <Button look="primary" icon="plus" onClick={() => set_open('new')}>
            {t('people.invite')}
          </Button>
        )}
      </Head>
      <Card bare>
        {TABS('people')}
        <Ready from={list}>
          {(l) => (
            <Table
              caption={t('people.title')}
              rows={l.items}
              key_of={(p) => p.id}
              columns={[
                {
                  head: t('people.pseudonym'),
                  main: true,
                  cell: (p) => (
                    <span>
                      <bdi class="strong">{p.pseudonym}</bdi>
                      {p.name && (
                        <span class="soft small">
                          {' '}
                          <bdi>{p.name}</bdi> · <bdi>{p.login}</bdi>
                        </span>
                      )}
                    </span>
                  ),
                },
                { head: t('people.roles'), cell: (p) => <span class="row">{p.roles.map((r) => <Badge key={r} tone="accent">{named('role', r)}</Badge>)}</span> },
                { head: t('people.languages'), cell: (p) => <bdi>{p.languages.join(' ') || '—'}</bdi> },
                {
                  head: t('decisions.state'),
                  cell: (p) => (
                    <span class="row">
                      <Badge tone={p.state === 'active' ? 'green' : p.state === 'invited' ? 'amber' : undefined}>{named('people.state', p.state)}</Badge>
                      {p.locked && <Badge tone="red">{t('people.locked')}</Badge>}
                      {!p.two_factor && p.state === 'active' && <Badge tone="amber">{t('people.no_second')}</Badge>}
                    </span>
                  ),
                },
                { head: t('people.seen'), cell: (p) => <span class="nowrap">{when(p.seen_us)}</span> },
                {
                  head: t('people.do'),
                  cell: (p) =>
                    manages ? (
                      <span class="row">
                        <Button look="quiet" onClick={() => set_open(p)}>{t('people.change')}</Button>
                        {p.locked && <Button look="quiet" onClick={() => patch(p, { unlock: true })}>{t('people.unlock')}</Button>}
                        {p.id !== me.get()?.id && (
                          <>
                            <Button look="quiet" onClick={() => void call('reinvite', { path: { id: p.id } }).then(set_made, tell_fault)}>{t('people.reinvite')}</Button>
                            {p.state !== 'invited' && (
                              <Button look="quiet" onClick={() => patch(p, { state: p.state === 'active' ? 'disabled' : 'active' })}>
                                {t(p.state === 'active' ? 'people.disable' : 'people.enable')}
                              </Button>
                            )}
                          </>
                        )}
                      </span>
                    ) : (
                      '—'
                    ),
                },
              ]}
            />
          )}
        </Ready>
      </Card>
      {open && (
        <PersonForm
          person={open === 'new' ? undefined : open}
          onClose={() => set_open(undefined)}
          done={(m) => {
            set_open(undefined)
            if (m) set_made(m)
            else tell(t('state.saved'))
            list.again()
          }}
        />
      )}
      {made && <InviteLink made={made} onClose={() => set_made(undefined)} />}
    </>
  )
}

export function RolesPage() {
  const roles = useLoad((signal) => call('roles', { signal }), [])
  const manages = useMay('people.manage')
  const [changed, set_changed] = useState<Partial<Record<Role, Permission[]>>>({})
  const doing = useDoing()
  const save = (): void =>
    void doing
      .run(async () => {
        for (const [role, permissions] of Object.entries(changed) as [Role, Permission[]][]) await call('putRole', { path: { role }, body: { permissions } })
      })
      .then((ok) => ok && (set_changed({}), tell(t('state.saved')), roles.again()))
  return (
    <>
      <Head title={t('roles.title')} about={t('roles.about')}>
        {manages && (
          <Button look="primary" disabled={doing.busy || !Object.keys(changed).length} onClick={save}>
            {t('do.save')}
          </Button>
        )}
      </Head>
      {doing.fault && <Fault error={doing.fault} />}
      <Card bare>
        {TABS('roles')}
        <Ready from={roles}>
          {(r) => {
            const of = (role: Role): Permission[] => changed[role] ?? r.items.find((x) => x.role === role)?.permissions ?? []
            return (
              <div class="wide-scroll" tabIndex={0} role="region" aria-label={t('roles.title')}>
                <table class="matrix">
                  <thead>
                    <tr>
                      <th scope="col">{t('roles.permission')}</th>
                      {ROLES.map((x) => (
                        <th scope="col" key={x}>
                          {named('role', x)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {PERMISSIONS.map((p) => (
                      <tr key={p}>
                        <th scope="row">
                          {named('permission', p)} <code class="soft">{p}</code>
                        </th>
                        {ROLES.map((x) => (
                          <td key={x}>
                            <input
                              type="checkbox"
                              aria-label={`${named('role', x)}: ${named('permission', p)}`}
                              checked={of(x).includes(p)}
                              disabled={!manages}
                              onChange={(e) => set_changed({ ...changed, [x]: toggled(of(x), p, e.currentTarget.checked) })}
                            />
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }}
        </Ready>
      </Card>
      <Notice>{t('roles.walls')}</Notice>
    </>
  )
}
