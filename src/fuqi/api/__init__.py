"""The door for programs: REST under /api/v1/, with the same flows, scopes and masks as the pages, and no session.

An endpoint is made by `Room.endpoint` with its rule, or not at all. Who asks is a credential (`flows.credentials`), never a
cookie. Refusals are problem details (RFC 9457) in Chinese.
"""
