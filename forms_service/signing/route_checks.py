"""Check 11: the right people signed the document, in order, each their own step."""

from collections.abc import Iterator, Mapping

from forms_service.domain.claims import BEHALF
from forms_service.domain.errors import FormsError
from forms_service.domain.numbering import parse_number
from forms_service.domain.record import DECISION_WORDS, IssueRecord, RecordedStep
from forms_service.domain.widgets import NUMBER, SEAL
from forms_service.signing.conditions import holds
from forms_service.signing.copy_checks import steps_due
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.finding import Finding, judge, not_checked
from forms_service.signing.issue_checks import FOREIGN, GOES_ON
from forms_service.signing.outside import outside_doubts, outside_faults
from forms_service.signing.paper import kind_due, paper_faults
from forms_service.signing.shown import shown_faults
from forms_service.signing.signers import nobody_known, signed_as


def check_route_signed(evidence: Evidence) -> Finding:
    """Check 11: each step that the record requires is signed, in order, by the person whose certificate it is."""
    if evidence.record is None:
        return not_checked(FOREIGN)
    record = evidence.record
    faults = (
        *_order_faults(evidence),
        *_missing_faults(evidence, record),
        *_signer_faults(evidence),
        *_number_faults(evidence, record),
    )
    names = "、".join(f"{s.step.name}" for s in evidence.steps if s.step)
    told = f"已依次签核：{names}。" if names else "签发之后还没有人签核。"
    return judge(faults, told, (*nobody_known(evidence), *outside_doubts(evidence)))


def _order_faults(evidence: Evidence) -> Iterator[str]:
    turns = _turns(evidence.record)
    signed: set[str] = set()
    latest, latest_round = -1, 1
    for place, signing in enumerate(evidence.signings[1:], 1):
        label = evidence.label(signing.found.field)
        if signing.part == "":
            yield f"「{label}」不是这张单据该有的签章。"
        if signing.part in turns:
            if turns[signing.part] < latest or signing.part in signed:
                yield f"「{label}」没有按流程的次序签。"
            latest = turns[signing.part]
            signed.add(signing.part)
            last = place == len(evidence.signings) - 1
            if signing.facts and signing.facts.decision not in GOES_ON and not last:
                yield f"「{label}」已经退回或不同意，后面却还有人签。"
            if signing.facts and signing.facts.round < latest_round:
                yield f"「{label}」的轮次比前面的早。"
            latest_round = signing.facts.round if signing.facts else latest_round
        if signing.part == SEAL and place != len(evidence.signings) - 1:
            yield "封印之后又有人签章。"


def _turns(record: IssueRecord | None) -> Mapping[str, int]:
    """Number the turns of the route by step: each step has its own, the members of a 会签 share one, in any order."""
    steps = record.steps if record else ()
    groups = list(dict.fromkeys(step.joint or f"{step.id} alone" for step in steps))
    return {step.id: groups.index(step.joint or f"{step.id} alone") for step in steps}


def _missing_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    """Find the steps that were passed over without leave; what a skipped step would fill stays empty.

    The members of the 会签 at which a file that is not sealed stands may be still to sign.
    """
    signed = {signing.part: signing for signing in evidence.steps}
    reached = [place for place, step in enumerate(record.steps) if step.id in signed]
    end = steps_due(evidence, record) if evidence.seal else (max(reached) + 1 if reached else 0)
    pending = record.steps[max(reached)].joint if reached and not evidence.seal else ""
    final = evidence.printed(evidence.history.last)
    before = evidence.certified or 0
    for step in record.steps[:end]:
        if step.id in signed:
            before = max(before, signed[step.id].revision)
            continue
        if not (pending and step.joint == pending) and _is_due(evidence, step, before):
            yield f"缺少「{step.name}」的签章。"
        filled = [name for name in step.lock if final.get(name)]
        if filled:
            yield f"「{step.name}」没有签，它的「{evidence.label(filled[0])}」却有内容。"


def _is_due(evidence: Evidence, step: RecordedStep, revision: int) -> bool:
    if step.joint and _is_nobodys(evidence, step, revision):
        return False
    if step.when is None or evidence.record is None:
        return True
    try:
        return holds(step.when, evidence.record, evidence.printed(revision))
    except (FormsError, ValueError, KeyError):
        return True


def _is_nobodys(evidence: Evidence, step: RecordedStep, revision: int) -> bool:
    """Say whether a member of a 会签 falls away, for the field that names its department or person is blank."""
    kind, _, field = step.who.partition(" $")
    return kind in ("dept", "person") and bool(field) and not evidence.printed(revision).get(field)


def _number_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    """Hold the step that numbers the document to it: agreeing, it prints and locks a number; else it prints none."""
    signing = next((s for s in evidence.steps if s.part == record.number_at), None) if record.number_at else None
    if signing is None or signing.facts is None:
        return
    number = str(evidence.printed(signing.revision).get(NUMBER, ""))
    if signing.facts.decision not in GOES_ON:
        if number:
            yield f"「{_step_name(evidence, record.number_at)}」没有同意，却编了号 {number}。"
    elif not _is_number(number):
        yield f"「{_step_name(evidence, record.number_at)}」签了，却没有编号，或编号「{number}」不成编号。"


def _is_number(text: str) -> bool:
    try:
        return parse_number(text) == text
    except ValueError:
        return False


def _signer_faults(evidence: Evidence) -> Iterator[str]:
    acting: dict[str, frozenset[str]] = {}
    for signing in evidence.steps:
        if signing.step is None:
            continue
        if signing.outside:
            yield from outside_faults(evidence, signing)
        else:
            yield from signed_as(evidence, signing, kind_due(evidence, signing, signing.step))
        if signing.facts is not None or not signing.outside:
            yield from _identity_faults(evidence, signing)
        yield from _stated_faults(evidence, signing, signing.step)
        yield from paper_faults(evidence, signing, signing.step)
        yield from shown_faults(evidence, signing)
        yield from _delegation_faults(evidence, signing, signing.step)
        hands = _hands(signing)
        clash = next((step for step in signing.step.not_same_as if acting.get(step, frozenset()) & hands), None)
        if clash is not None:
            earlier = _step_name(evidence, clash)
            yield f"「{signing.step.name}」与「{earlier}」是同一个人签的，流程不允许；代签也算本人。"
        acting[signing.part] = hands


def _stated_faults(evidence: Evidence, signing: Signing, step: RecordedStep) -> Iterator[str]:
    """Hold the decision and opinion that a signature states, which we report, to what it printed, which people read."""
    facts, record = signing.facts, evidence.record
    if facts is None or record is None or not step.decides:
        return
    printed, label = evidence.printed(signing.revision), evidence.label(signing.found.field)
    cells = {field.of: str(printed.get(field.name, "")) for field in record.fields}
    said, (kind, _, target) = cells.get(f"decision.{step.id}", ""), facts.decision.partition(":")
    words = DECISION_WORDS.get(kind, kind)
    if not (said.startswith(words) if target else said == words):
        yield f"「{label}」声明的决定是「{words}」，印的却是「{said}」。"
    if cells.get(f"opinion.{step.id}", "") != facts.opinion:
        yield f"「{label}」声明的意见与印的不同。"


def _hands(signing: Signing) -> frozenset[str]:
    """Name everybody whose hand a signature counts as: the signer's, and that of whom they signed for."""
    facts = signing.facts
    return frozenset(filter(None, (facts.person, facts.on_behalf_of))) if facts else frozenset()


def _delegation_faults(evidence: Evidence, signing: Signing, step: RecordedStep) -> Iterator[str]:
    """Hold that only staff sign for others, and nobody for themselves; what was delegated, the ledger knows."""
    facts, expected = signing.facts, evidence.expected
    if facts is None:
        return
    label = evidence.label(signing.found.field)
    if facts.on_behalf_of is not None and (step.external or facts.on_behalf_of in ("", facts.person)):
        yield f"「{label}」声明是代签，代的却不是本公司的另一个人。"
    if (BEHALF in facts.role) is not (facts.on_behalf_of is not None):
        yield f"「{label}」写的职务「{facts.role}」与是不是代签对不上。"
    known = expected.signature(facts.step, facts.round) if expected else None
    if known is not None and known.on_behalf_of != facts.on_behalf_of:
        yield f"「{label}」声明的代签与台账所记的不同，或当时没有这项委托。"
    if known is not None and known.opinions != facts.opinions:
        yield f"「{label}」声明的征询意见与台账所记的不同。"


def _identity_faults(evidence: Evidence, signing: Signing) -> Iterator[str]:
    facts, holder, record, expected = signing.facts, signing.holder, evidence.record, evidence.expected
    label = evidence.label(signing.found.field)
    if facts is None or record is None:
        yield f"「{label}」没有声明是为哪张单据、哪一步签的。"
        return
    if facts.document_id != record.document_id:
        yield f"「{label}」是为另一张单据签的。"
    if facts.step != signing.part:
        yield f"「{label}」是为另一步（{_step_name(evidence, facts.step)}）签的。"
    external = facts.person.startswith("contact:")
    if holder and holder.kind == "person" and facts.person != holder.person_id:
        yield f"「{label}」声明的签章人是 {facts.person}，证书却是 {holder.person_id}（{holder.name}）的。"
    if holder and (holder.kind == "contact") != external:
        yield f"「{label}」声明的签章人与证书的种类不符。"
    known = expected.signature(facts.step, facts.round) if expected else None
    if expected and (known is None or (known.person, known.certificate) != (facts.person, _fingerprint(signing))):
        yield f"「{label}」的签章人或证书与台账所记的不同。"


def _step_name(evidence: Evidence, step_id: str) -> str:
    steps = evidence.record.steps if evidence.record else ()
    return next((step.name for step in steps if step.id == step_id), step_id)


def _fingerprint(signing: Signing) -> str:
    return signing.container.fingerprint if signing.container else ""
