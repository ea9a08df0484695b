#!/usr/bin/env python3
"""The arithmetic of the record: canonical text, hashes, and the verifier.

The add-on imports this file, and an auditor runs the same file without Odoo:

    python3 evidence.py export.zip [--seal seal.json ...]

Exit code 0: nothing is missing or altered. 1: something is, the lines printed say what. 2: cannot be read.
Standard library only.

How an event is bound: ``content_hash`` is SHA-256 over the UTF-8 text of its payload. Linking gives it a
number in its dossier and ``hash``, SHA-256 over the canonical JSON of content hash, number and the hash of the
event before. Texts of the day (names) stay outside the payload, which has only a salted digest of them, so that
they can be erased without breaking the chain. A seal binds the last hash of every dossier of a company, night by night.
"""

import argparse
import hashlib
import json
import sys
import zipfile

FORMAT = 1
ERASED = "names.erased"

#: What may be wrong, in plain English. The add-on shows the same sentences in the reader's language.
FINDINGS = {
    "content_altered": "Event %(seq)s (%(event)s): its content was altered after it was recorded.",
    "column_altered": "Event %(seq)s (%(event)s): the column '%(column)s' differs from the recorded content.",
    "names_altered": "Event %(seq)s (%(event)s): the names differ from those recorded.",
    "names_missing": "Event %(seq)s (%(event)s): its names were removed, and no later event tells who erased them.",
    "link_broken": "Event %(seq)s (%(event)s): its link to the event before is broken.",
    "events_missing": "Events %(first)s to %(last)s are missing.",
    "tail_missing": "The last events, %(first)s to %(last)s, are missing.",
    "head_altered": "The dossier's last number or hash differs from its last event.",
    "seal_head_differs": "Event %(seq)s differs from the one that the seal of %(day)s holds.",
    "seal_events_missing": "Events %(first)s to %(last)s, held by the seal of %(day)s, are missing.",
    "dossier_missing": "The whole dossier, with %(last)s events in the seal of %(day)s, is missing.",
    "seal_altered": "Seal %(number)s of %(day)s was altered.",
    "seal_chain_broken": "Seal %(number)s of %(day)s does not follow the seal before it.",
    "seal_missing": "Seals %(first)s to %(last)s are missing.",
    "seal_differs": "Seal %(number)s of %(day)s differs from the one that was mailed.",
    "seal_gone": "Seal %(number)s of %(day)s was mailed and is not in the database.",
    "file_altered": "The file %(column)s differs from the one that was exported.",
    "database_copy": "Seal %(number)s of %(day)s was made by another database: this is a copy, or it was restored as one.",
    "seal_of_other": "The seal file belongs to another company or database; it was not compared.",
}
#: Worth telling, but nothing is missing or altered.
NOTES = {"database_copy"}


def canonical(value):
    """The one text of a JSON value: UTF-8, keys sorted, no spaces. Amounts are strings: floats are refused."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value):
    if isinstance(value, float):
        raise TypeError("A float has no canonical text; give the amount as a decimal string.")
    if isinstance(value, dict):
        value = value.values()
    if not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for item in value:
            _refuse_floats(item)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def names_digest(salt, names):
    return digest(salt + canonical(names))


def link_hash(content_hash, prev_hash, seq):
    """:param prev_hash: hash of the event before, empty for the first of a dossier"""
    return digest(canonical({"content": content_hash, "prev": prev_hash, "seq": seq}))


def finding(code, dossier=None, **details):
    return {"finding": code, "level": "note" if code in NOTES else "broken", "dossier": dossier, **details}


# ---------------------------------------------------------------------------------------------------------------
# Dossiers and events
# ---------------------------------------------------------------------------------------------------------------


def check_dossier(dossier, events, seals=()):
    """The first thing that is wrong in one dossier, or None.

    :param dossier: ``{id, company, kind, subject_model, subject_id, seq, head}``
    :param events: its events as plain dicts: the linked by number, then the waiting. Read once, one at a time.
    :param seals: ``[(day, seq, head)]`` of the seals to compare with
    """
    sealed = {}
    for day, seq, head in seals:
        sealed.setdefault(seq, []).append((day, head))
    last_seq, last_hash = 0, ""
    nameless = {}  # seq: event, until a later event of this dossier tells who erased the names
    first = None
    for event in events:
        seq = event["seq"]
        fault = _check_content(dossier, event)
        if not fault and seq:
            if seq > last_seq + 1:
                fault = finding("events_missing", first=last_seq + 1, last=seq - 1)
            elif seq <= last_seq or not _is_linked(event, last_hash):
                fault = finding("link_broken")
        if not fault and seq:
            last_seq, last_hash = seq, event["hash"]
            differing = [day for day, head in sealed.get(seq, ()) if head != last_hash]
            if differing:
                fault = finding("seal_head_differs", day=differing[0])
        if fault:
            first = _placed(fault, dossier, event)
            break
        if event["names"] is None:
            nameless[seq] = event
        elif event["code"] == ERASED and seq:
            for erased in json.loads(event["payload"])["data"].get("seqs", ()):
                if erased < seq:
                    nameless.pop(erased, None)
    if first is not None:
        return first
    if nameless:
        return _placed(finding("names_missing"), dossier, nameless[min(nameless)])
    missing = [(seq, day) for seq, marks in sealed.items() if seq > last_seq for day, _head in marks]
    if missing:
        seq, day = max(missing)
        return finding("seal_events_missing", dossier["id"], first=last_seq + 1, last=seq, day=day)
    if (dossier["seq"] or 0) > last_seq:
        return finding("tail_missing", dossier["id"], first=last_seq + 1, last=dossier["seq"])
    if ((dossier["seq"] or 0), (dossier["head"] or "")) != (last_seq, last_hash):
        return finding("head_altered", dossier["id"])
    return None


def _placed(fault, dossier, event):
    return {**fault, "dossier": dossier["id"], "seq": event["seq"], "event": event["id"], "code": event["code"]}


def _check_content(dossier, event):
    if digest(event["payload"]) != event["content_hash"]:
        return finding("content_altered")
    try:
        payload = json.loads(event["payload"])
        columns = (
            ("code", payload["code"], event["code"]),
            ("at", payload["at"], event["at"]),
            ("actor_uid", payload["actor"], event["actor_uid"]),
            ("real_uid", payload.get("real_actor"), event["real_uid"]),
            ("document", payload.get("document"), _reference(event)),
            ("company", payload["company"], dossier["company"]),
            ("kind", payload["kind"], dossier["kind"]),
            ("subject", payload["subject"], [dossier["subject_model"], dossier["subject_id"]]),
        )
        names = payload["names"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return finding("content_altered")  # by somebody who mended the hash and not the form
    for column, recorded, found in columns:
        if recorded != found:
            return finding("column_altered", column=column)
    if event["names"] is None:
        # Salt and names go together, and a waiting event is linked before its names may be erased.
        return finding("names_missing") if event["names_salt"] or not event["seq"] else None
    if names_digest(event["names_salt"] or "", event["names"]) != names:
        return finding("names_altered")
    return None


def _reference(event):
    return [event["document_model"], event["document_id"]] if event["document_model"] else None


def _is_linked(event, prev_hash):
    return event["prev_hash"] == prev_hash and event["hash"] == link_hash(event["content_hash"], prev_hash, event["seq"])


# ---------------------------------------------------------------------------------------------------------------
# Seals
# ---------------------------------------------------------------------------------------------------------------


def seal_content(number, company, day, database, prev_hash, heads):
    """Canonical text of a seal.

    :param heads: ``[[dossier id, kind, subject model, subject id, seq, head]]``, sorted
    """
    return canonical(
        {
            "format": FORMAT,
            "number": number,
            "company": company,
            "day": day,
            "database": database,
            "prev": prev_hash,
            "heads": heads,
        }
    )


def seal_file(content):
    """What is mailed: the seal's text and its hash."""
    return json.dumps({"seal": content, "hash": digest(content)}, ensure_ascii=False, indent=1)


def read_seal_file(text):
    """:return: the seal, with its ``hash``; :raises ValueError: not a seal file, or altered on its way"""
    try:
        data = json.loads(text)
        content, expected = data["seal"], data["hash"]
        seal = json.loads(content)
        seal["heads"], seal["number"], seal["company"], seal["day"], seal["database"]
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError("This is not a seal file.") from error
    if digest(content) != expected:
        raise ValueError("The seal file was altered: its hash does not fit its content.")
    return {**seal, "hash": expected}


def check_seals(seals, database=None, mailed=()):
    """Everything wrong with the seals of one company.

    :param seals: rows ``{number, day, database, prev_hash, hash, content}`` in order of number, read once
    :param database: uuid of the database that is read, to tell a copy
    :param mailed: seals as :func:`read_seal_file` gives them
    :return: ``(findings, last seal)``, the last as a dict with its heads, or None
    """
    findings, last = [], None
    wanted = {seal["number"]: seal for seal in mailed}
    number, prev_hash = 0, ""
    for row in seals:
        place = {"number": row["number"], "day": row["day"]}
        if row["number"] > number + 1:
            findings.append(finding("seal_missing", first=number + 1, last=row["number"] - 1))
        try:
            content = json.loads(row["content"])
        except ValueError:
            content = {}
        extract = (content.get("number"), content.get("day"), content.get("database"), content.get("prev"))
        if digest(row["content"]) != row["hash"] or extract != (
            row["number"],
            row["day"],
            row["database"],
            row["prev_hash"],
        ):
            findings.append(finding("seal_altered", **place))
        elif row["number"] == number + 1 and row["prev_hash"] != prev_hash:
            findings.append(finding("seal_chain_broken", **place))
        mailed_seal = wanted.pop(row["number"], None)
        if mailed_seal and mailed_seal["hash"] != row["hash"]:
            findings.append(finding("seal_differs", **place))
        number, prev_hash = row["number"], row["hash"]
        last = content or last
    findings += [finding("seal_gone", number=seal["number"], day=seal["day"]) for seal in wanted.values()]
    if database and last and last["database"] != database:
        findings.append(finding("database_copy", number=last["number"], day=last["day"]))
    return findings, last


def seal_marks(seals):
    """``{dossier id: [(day, seq, head)]}`` of what the given seals hold."""
    marks = {}
    for seal in seals:
        for dossier_id, _kind, _model, _subject, seq, head in seal["heads"]:
            marks.setdefault(dossier_id, []).append((seal["day"], seq, head))
    return marks


def vanished(marks, dossier_ids):
    """Findings for dossiers that a seal holds and the database does not."""
    return [
        finding("dossier_missing", dossier_id, last=seq, day=day)
        for dossier_id, (day, seq, _head) in sorted((key, max(found)) for key, found in marks.items())
        if dossier_id not in dossier_ids
    ]
