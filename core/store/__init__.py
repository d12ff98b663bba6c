"""What PostgreSQL holds for us: one transaction a unit of work, always for one tenant, under row-level security.

=====================  =============================================================================================
the database itself    engine, functions, group_commit, bulk, tables, migrate, migrations, embedded, seal, rotation,
                       ground
tenants and tools      tenants, enrolment, installations, directory, tokens, budgets, configuration
on the way in and out  grants, setup, stages, notices, exporting, purging
what came              intake, events, usage, feeds, dead, waiting, delivery, figures
whom it is about       cases, links, newcomers, seeking, histories
what may be done       ledger, expiry, erasure, tombstones, access_export, audit, audit_search
what was judged        judgements, scores, quotes, due, results, results_made
what people answered   feedback, corrections, coaching
what goes out          outbox, standing, tasks, calls, holds
who looks at it        cards, overviews, alerts, bearer, console_users, passwords, sessions, sign_in_tries,
                       support
=====================  =============================================================================================
"""
