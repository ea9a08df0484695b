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
# Runs without Odoo too: it prints, and groups by the standard library.
# pylint: disable=print-used,bad-builtin-groupby

import argparse
import hashlib
import itertools
import json
import sys
import zipfile
import zlib

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
    "file_missing": "The file %(column)s, listed in the manifest, is missing.",
    "file_unlisted": "The file %(column)s is not listed in the manifest.",
    "database_copy": "Seal %(number)s of %(day)s was made by another database: this is a copy, or restored as one.",
    "seal_of_other": "Seal file %(number)s of %(day)s belongs to another company or database; it was not compared.",
    "protection_off": "The database no longer refuses changes to the table %(column)s.",
}
#: Worth telling, but nothing is missing or altered.
NOTES = {"database_copy"}


def canonical(value):
    """The one text of a JSON value: UTF-8, keys sorted, no spaces. Amounts are strings: floats are refused."""
    _refuse_floats(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


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
    return {
        "finding": code,
        "level": "note" if code in NOTES else "broken",
        "dossier": dossier,
        **details,
    }


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
        if event["code"] == ERASED and seq:
            for erased in json.loads(event["payload"])["data"].get("seqs", ()):
                if erased < seq:
                    nameless.pop(erased, None)
    if first is not None:
        return first
    if nameless:
        return _placed(finding("names_missing"), dossier, nameless[min(nameless)])
    missing = [
        (seq, day) for seq, marks in sealed.items() if seq > last_seq for day, _head in marks
    ]
    if missing:
        seq, day = max(missing)
        return finding("seal_events_missing", dossier["id"], first=last_seq + 1, last=seq, day=day)
    if (dossier["seq"] or 0) > last_seq:
        return finding("tail_missing", dossier["id"], first=last_seq + 1, last=dossier["seq"])
    if ((dossier["seq"] or 0), (dossier["head"] or "")) != (last_seq, last_hash):
        return finding("head_altered", dossier["id"])
    return None


def _placed(fault, dossier, event):
    return {
        **fault,
        "dossier": dossier["id"],
        "seq": event["seq"],
        "event": event["id"],
        "code": event["code"],
    }


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
    return event["prev_hash"] == prev_hash and event["hash"] == link_hash(
        event["content_hash"], prev_hash, event["seq"]
    )


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
    """What is mailed: the seal's text, untouched, and its hash."""
    return f'{{"hash":"{digest(content)}","seal":{content}}}'


def read_seal_file(text):
    """:return: the seal, with its ``hash``; :raises ValueError: not a seal file, or altered on its way"""
    try:
        data = json.loads(text)
        seal, expected = data["seal"], data["hash"]
        fits = digest(canonical(seal)) == expected
        number, company, day = seal["number"], seal["company"], seal["day"]
        seal_marks([seal])
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError("This is not a seal file.") from error
    if not fits:
        raise ValueError(
            f"Seal file {number} of {day}, company {company}, was altered: its hash does not fit."
        )
    return {**seal, "hash": expected}


def check_seals(seals, company, database=None, mailed=()):
    """Everything wrong with the seals of one company.

    :param seals: rows ``{number, day, database, prev_hash, hash, content}`` in order of number, read once
    :param database: uuid of the database that is read, to tell a copy
    :param mailed: seals as :func:`read_seal_file` gives them
    :return: ``(findings, seals whose heads are to be compared)``. The last seal stands for all before it: a head
        covers the whole chain of its dossier.
    """
    findings, last, databases = [], None, {database}
    wanted = {}
    for seal in mailed:
        wanted.setdefault(seal["number"], []).append(seal)
    number, prev_hash = 0, ""
    for row in seals:
        place = {"number": row["number"], "day": row["day"]}
        if row["number"] > number + 1:
            findings.append(finding("seal_missing", first=number + 1, last=row["number"] - 1))
        content = _check_seal(row, company)
        if content is None:
            findings.append(finding("seal_altered", **place))
        elif row["number"] == number + 1 and row["prev_hash"] != prev_hash:
            findings.append(finding("seal_chain_broken", **place))
        if content:
            last = content
            databases.add(content["database"])
        for seal in wanted.get(row["number"], ()):
            if seal["company"] == company and seal["hash"] != row["hash"]:
                findings.append(finding("seal_differs", number=seal["number"], day=seal["day"]))
        number, prev_hash = row["number"], row["hash"]
    compared = [last] if last else []
    for seal in mailed:
        place = {"number": seal["number"], "day": seal["day"]}
        if seal["company"] != company or seal["database"] not in databases:
            findings.append(finding("seal_of_other", **place))
            continue
        compared.append(seal)
        if seal["number"] > number:
            findings.append(finding("seal_gone", **place))
    if database and last and last["database"] != database:
        findings.append(finding("database_copy", number=last["number"], day=last["day"]))
    return findings, compared


def _check_seal(row, company):
    """What a stored seal holds, None when it was altered."""
    if digest(row["content"]) != row["hash"]:
        return None
    try:
        content = json.loads(row["content"])
        seal_marks([content])
        held = tuple(content[key] for key in ("number", "day", "database", "prev", "company"))
    except (ValueError, KeyError, TypeError):
        return None
    return (
        content
        if held == (row["number"], row["day"], row["database"], row["prev_hash"], company)
        else None
    )


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
        for dossier_id, (day, seq, _head) in sorted(
            (key, max(found)) for key, found in marks.items()
        )
        if dossier_id not in dossier_ids
    ]


# ---------------------------------------------------------------------------------------------------------------
# Exports: a zip of dossiers.json, events.json and seals.json, one row per line, and manifest.json
# ---------------------------------------------------------------------------------------------------------------


def write_export(file, tables, manifest, blobs=()):
    """Write the zip. Times in it are fixed: what did not change gives the same bytes again.

    :param tables: ``{name: rows}``, the rows read once, one at a time; dossiers and events in order of dossier
    :param blobs: ``[(path, bytes, source)]`` of a case, in order of path
    :return: SHA-256 of the manifest
    """
    with zipfile.ZipFile(file, "w") as archive:
        files = {}
        for name, rows in tables.items():
            path, count = f"{name}.json", 0
            sha256, size = hashlib.sha256(), 0
            with archive.open(_entry(path), "w", force_zip64=True) as out:
                for count, row in enumerate(rows, start=1):
                    line = (("[\n" if count == 1 else ",\n") + canonical(row)).encode()
                    sha256.update(line)
                    size += out.write(line)
                end = b"\n]\n" if count else b"[]\n"
                sha256.update(end)
                size += out.write(end)
            files[path] = {"sha256": sha256.hexdigest(), "size": size, "rows": count}
        for path, content, source in blobs:
            archive.writestr(_entry(path), content)
            files[path] = {
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "source": source,
            }
        text = json.dumps({**manifest, "format": FORMAT, "files": files}, indent=1)
        archive.writestr(_entry("manifest.json"), text)
    return digest(text)


def _entry(path):
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _read_rows(archive, name):
    with archive.open(f"{name}.json") as lines:
        for line in lines:
            text = line.strip().rstrip(b",")
            if text not in (b"", b"[", b"]", b"[]"):
                yield json.loads(text)


def _file_digest(archive, name):
    """None of a file whose bytes cannot even be unpacked."""
    sha256 = hashlib.sha256()
    try:
        with archive.open(name) as content:
            for block in iter(lambda: content.read(1 << 20), b""):
                sha256.update(block)
    except (zipfile.BadZipFile, zlib.error):
        return None
    return sha256.hexdigest()


def _check_files(archive, listed):
    present = set(archive.namelist()) - {"manifest.json"}
    findings = []
    for name, expected in listed.items():
        if name not in present:
            findings.append(finding("file_missing", column=name))
        elif _file_digest(archive, name) != expected["sha256"]:
            findings.append(finding("file_altered", column=name))
    return findings + [
        finding("file_unlisted", column=name) for name in sorted(present - listed.keys())
    ]


def check_export(archive, mailed=()):
    """:return: ``(manifest, {dossier id: dossier}, findings)`` of an opened export"""
    manifest = json.loads(archive.read("manifest.json"))
    findings = _check_files(archive, manifest["files"])
    try:
        dossiers, faults = _check_chains(archive, manifest, mailed)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, zlib.error):
        if not findings:
            raise
        return manifest, {}, findings  # the files that cannot be read are named
    return manifest, dossiers, findings + faults


def _check_chains(archive, manifest, mailed):
    dossiers = {row["id"]: row for row in _read_rows(archive, "dossiers")}
    check = _check_case_seals if "chains" in manifest else _check_all_seals
    findings, marks = check(archive, manifest, mailed)
    left = dict(dossiers)
    for dossier_id, events in itertools.groupby(
        _read_rows(archive, "events"), key=lambda row: row["dossier_id"]
    ):
        dossier = left.pop(dossier_id, None)
        if dossier is None:
            findings.append(finding("file_altered", dossier_id, column="dossiers.json"))
        elif fault := check_dossier(dossier, events, marks.get(dossier_id, ())):
            findings.append(fault)
    for dossier in left.values():  # without events: right only if nothing says that there were any
        if fault := check_dossier(dossier, (), marks.get(dossier["id"], ())):
            findings.append(fault)
    for dossier_id, seq, head in manifest.get("chains", ()):
        dossier = dossiers.get(dossier_id, {})
        if (dossier.get("seq"), dossier.get("head") or "") != (seq, head):
            findings.append(finding("head_altered", dossier_id))
    return dossiers, findings + vanished(marks, dossiers)


def _check_all_seals(archive, manifest, mailed):
    findings, compared = check_seals(
        _read_rows(archive, "seals"), manifest["company"], manifest["database"], mailed
    )
    return findings, seal_marks(compared)


def _check_case_seals(_archive, manifest, mailed):
    """A case holds some dossiers and no seals: a mailed seal is compared with those it has."""
    own = [seal for seal in mailed if seal["database"] == manifest["database"]]
    findings = [
        finding("seal_of_other", number=seal["number"], day=seal["day"])
        for seal in mailed
        if seal not in own
    ]
    held = {dossier_id for dossier_id, _seq, _head in manifest["chains"]}
    marks = {key: found for key, found in seal_marks(own).items() if key in held}
    return findings, marks


def tell(fault, dossiers):
    """A finding as a line of plain English."""
    details = {**fault, "seq": fault.get("seq") or "not yet numbered", "event": fault.get("code")}
    sentence = FINDINGS[fault["finding"]] % details
    if not fault.get("dossier"):
        return sentence
    dossier = dossiers.get(fault["dossier"], {})
    what = " ".join(
        str(dossier[key]) for key in ("kind", "subject_model", "subject_id") if key in dossier
    )
    return f"Dossier {fault['dossier']}{f' ({what})' if what else ''}: {sentence}"


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description="Verify an exported record. Exit code 0: nothing missing or altered."
    )
    parser.add_argument("export", help="the exported zip file")
    parser.add_argument(
        "--seal", action="append", default=[], help="a seal file as it was mailed; may be repeated"
    )
    options = parser.parse_args(arguments)
    try:
        mailed = []
        for path in options.seal:
            with open(path, encoding="utf-8") as file:
                mailed.append(read_seal_file(file.read()))
        with zipfile.ZipFile(options.export) as archive:
            manifest, dossiers, findings = check_export(archive, mailed)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        print(f"Cannot be read: {error}", file=sys.stderr)
        return 2
    for fault in findings:
        print(tell(fault, dossiers))
    broken = sum(fault["level"] == "broken" for fault in findings)
    counts = {
        name: manifest["files"][f"{name}.json"]["rows"] for name in ("dossiers", "events", "seals")
    }
    read = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"{read} read:", f"{broken} findings." if broken else "nothing is missing or altered.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
