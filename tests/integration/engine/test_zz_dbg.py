import time, resource, subprocess, sys
from tests.integration.engine.sealed import sealed, verified
def test_b(bihuan):
    N=100_000
    def rss(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024
    for n in (10_000, N, 2*N):
        with bihuan.database.owner_engine.begin() as c:
            c.exec_driver_sql("""with e as (insert into app.audit_entry (at, actor_id, actor_name, action, instance_id, subject, data)
             select now(), n, '张三', 'task.complete', gen_random_uuid(), gen_random_uuid()::text, jsonb_build_object('form','self_evaluation','element','fill_self_evaluation') from generate_series(1,%s) n returning id) insert into app.audit_tail select id from e""",(n,))
        t=time.time(); s=sealed(bihuan); a=time.time()-t; r1=rss(); t=time.time(); v=verified(bihuan); print(n,s,'seal',round(a,2),'rss',r1,'verify',round(time.time()-t,2),'rss',rss(),v.is_whole,v.entries)
    for n in range(3000):
        with bihuan.unit_of_work() as uow: uow.audit("x")
        if n%3==0: sealed(bihuan)
    t=time.time(); v=verified(bihuan); print('3000 small', round(time.time()-t,2), v.seals, rss())
    with bihuan.unit_of_work() as uow:
        pass
    t=time.time()
    for _ in range(300):
        sealed(bihuan)
    print('empty pass ms', (time.time()-t)/300*1000)
    assert 0
