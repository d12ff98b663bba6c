"""The console: server-made pages under ``/console`` for admins, leads and privacy officers (Jinja, a little htmx).

How to add a page
-----------------
1. Make ``plugins/console/pages/<name>.py`` with its views and one ``PAGE``::

    def overview(desk: Desk, visitor: Visitor) -> Answer:
        with desk.store.tenant(visitor.tenant) as connection:
            found = ...
        return show("<name>.html", found=found)


    def save(desk: Desk, visitor: Visitor) -> Answer:
        ...
        return back("<name>", told="SAVED")


    PAGE = Page("<name>", "Title", roles=("admin",), routes=(Route("", overview), Route("save", save, post=True)))

   ``visitor.reader`` is the proved person (tenant, vendor, user, role), ``visitor.name`` what they are called. A view
   gets path parts as keyword arguments (``Route("<version>/restore", ...)``).
2. Add it to ``PAGES`` in ``plugins/console/menu.py``: the order there is the order of the menu.
3. Make ``templates/console/<name>.html``: ``{% extends "console/layout.html" %}`` and fill ``block page``. Macros for
   badges, notes, fields and tables stand in ``console/parts.html``. Every form begins with ``{{ parts.csrf() }}``.

What you get without doing anything: sign-in, idle and absolute expiry, the role check (``roles`` of the page, narrowed
by ``roles`` of a route), the CSRF check of every POST, security headers, pages for every error, and the tests that walk
all routes. What to keep to:

- A POST ends in ``back(...)`` (303) or shows its own page again with status 422 and what is wrong.
- ``told="CODE"`` shows a sentence of ``TOLD`` in ``menu.py``; text from an address is never shown.
- No inline script or style: the content security policy refuses them. Customers' and vendors' text goes through Jinja
  as it is, which escapes it; nothing is ever marked safe.
- To send the browser to a vendor (OAuth), answer ``elsewhere(address, "Zendesk")``: a redirect after a form would be
  stopped by ``form-action 'self'``. A vendor's way back is a GET; the cookie is ``SameSite=Lax`` for its sake.
- Nothing heavy is imported here: no SDK, no analyser. Long work is a job.
"""
