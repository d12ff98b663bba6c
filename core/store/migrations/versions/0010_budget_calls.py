"""Budgets and counts in one round trip a call to a vendor, each under its tenant's policy.

They do not wait for the disk: a database that crashes forgets the calls of its last moment, and the vendor's next
headers put that right.

Revision: 0010, after 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A token bucket: refilled by the time gone by. Returns the seconds to wait; 0 when the calls were taken.
SPEND = """
CREATE FUNCTION attune_spend(
    p_tenant text, p_installation text, p_limit text, p_capacity double precision, p_per double precision,
    p_cost double precision, p_now timestamptz
) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    v budget;
    v_filled double precision;
BEGIN
    PERFORM attune_budget(p_tenant, p_installation, p_limit, p_capacity, p_per, p_now);
    SELECT * INTO v FROM budget WHERE installation_id = p_installation AND limit_name = p_limit FOR UPDATE;
    v_filled := LEAST(v.capacity, v."left" + v.capacity / v.per_seconds
        * GREATEST(0, EXTRACT(epoch FROM p_now - v.refilled_at)));
    IF v.blocked_until > p_now THEN
        RETURN GREATEST(EXTRACT(epoch FROM v.blocked_until - p_now), 0.05);
    ELSIF v_filled < p_cost THEN
        RETURN GREATEST((p_cost - v_filled) * v.per_seconds / v.capacity, 0.05);
    END IF;
    UPDATE budget SET "left" = v_filled - p_cost, refilled_at = GREATEST(refilled_at, p_now), blocked_until = NULL
    WHERE installation_id = p_installation AND limit_name = p_limit;
    RETURN 0;
END $$;
"""
# The vendor's count is believed where it is the lower one. Where it is higher, calls of other workers are still on
# their way, or the vendor's window began anew: the bucket fills at its own pace, and is never starved by a header
# that was read early in a window.
LEARN = """
CREATE FUNCTION attune_learn(
    p_tenant text, p_installation text, p_limit text, p_capacity double precision, p_per double precision,
    p_told double precision, p_remaining double precision, p_now timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM attune_budget(p_tenant, p_installation, p_limit, p_capacity, p_per, p_now);
    UPDATE budget SET capacity = p_told, refilled_at = GREATEST(refilled_at, p_now),
        "left" = LEAST(p_remaining, p_told, "left" + p_told / per_seconds
            * GREATEST(0, EXTRACT(epoch FROM p_now - refilled_at)))
    WHERE installation_id = p_installation AND limit_name = p_limit AND p_told > 0;
END $$;
"""
BLOCK = """
CREATE FUNCTION attune_block(
    p_tenant text, p_installation text, p_limit text, p_capacity double precision, p_per double precision,
    p_until timestamptz, p_now timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM attune_budget(p_tenant, p_installation, p_limit, p_capacity, p_per, p_now);
    UPDATE budget SET blocked_until = GREATEST(blocked_until, p_until)
    WHERE installation_id = p_installation AND limit_name = p_limit;
END $$;
"""
COUNT = """
CREATE FUNCTION attune_count(p_tenant text, p_installation text, p_day date, p_operation text, p_n bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('attune.tenant', p_tenant, true), set_config('synchronous_commit', 'off', true);
    INSERT INTO call (installation_id, day, operation, tenant_id, n)
    VALUES (p_installation, p_day, p_operation, p_tenant, p_n)
    ON CONFLICT (installation_id, day, operation) DO UPDATE SET n = call.n + EXCLUDED.n;
END $$;
"""
# A limit's row as the vendor's plugin declares it, made at its first use.
BUDGET = """
CREATE FUNCTION attune_budget(
    p_tenant text, p_installation text, p_limit text, p_capacity double precision, p_per double precision,
    p_now timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('attune.tenant', p_tenant, true), set_config('synchronous_commit', 'off', true);
    IF NOT EXISTS (SELECT FROM budget WHERE installation_id = p_installation AND limit_name = p_limit) THEN
        INSERT INTO budget (installation_id, limit_name, tenant_id, capacity, per_seconds, "left", refilled_at)
        VALUES (p_installation, p_limit, p_tenant, p_capacity, p_per, p_capacity, p_now) ON CONFLICT DO NOTHING;
    END IF;
END $$;
"""
NAMES = ("attune_spend", "attune_learn", "attune_block", "attune_count", "attune_budget")


def upgrade() -> None:
    for function in (BUDGET, SPEND, LEARN, BLOCK, COUNT):
        op.execute(function)


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
