"""The families of wordings behind each hard signal, both ways: what must be heard, and what only sounds like it."""

from __future__ import annotations

import time

import pytest

from core.language.signals import find

FOUND = {
    "CANCEL_INTENT": """
        I'd like to stop my plan when this month is over, please
        Kindly end our contract on the renewal date
        pls end my sub on Friday
        Please close the savings account and send the balance to my other bank
        I cancelled in April and you have charged me ever since
        We cancelled the trial on day three and were billed for a year
        I gave notice on the 4th and the money still went out
        Please accept this as my notice to leave
        We won't be renewing in March
        I shall let the policy lapse, then
        Release me from this contract by Monday
        Sort it by tomorrow or I'm gone
        price up again so im out
        Refund the last payment and we're done
        This was my last order with you
        You have just lost a customer
        We'll take our business somewhere that picks up the phone, so taking our custom elsewhere it is
        The board asked me to look at alternatives before the summer
        We have signed with another supplier
        I will never order from this shop again
        Can I get my PAC code please
        I'm leaving you for a bank with people in it
        Can you cancel my membership?
        Please turn my auto-renew off, I have had enough
    """,
    "LEGAL_THREAT": """
        I've instructed a solicitor and she is not amused
        My cousin is a lawyer and will write the next letter
        Pay by the 1st or proceedings will be issued
        I will file a claim with the court on Monday
        This goes to the tribunal unless you answer
        I know my rights under the Consumer Rights Act
        You are in breach of contract
        I reserve all my rights
        This policy was mis-sold to my mother
        I have reported your driver to the police
        You leave me no choice but a letter before claim
        The refund is required by law within a fortnight
        I am going to send you a legal notice
        We will be pressing charges against your fitter
    """,
    "REGULATOR_MENTION": """
        My next letter goes to the energy ombudsman
        I have reported your kitchen to environmental health
        The food safety inspector is coming on Tuesday
        I'll be writing to the taxi licensing board
        I have complained to the consumer forum in Pune
        The data protection people have my letter
        I filed a complaint with the FCC
        The civil aviation authority will want to hear this
        I am contacting the Better Business Bureau
        The gambling commission told me to write to you first
        I have informed product safety about the plug
        You can explain that to Ofgem
        The inspectorate has your name already
        We have notified the authorities
    """,
    "SAFETY_SIGNAL": """
        The carbon monoxide alarm in the flat went off at two
        strong gas smell in the stairwell, please hurry
        There's a burning smell from the fuse box
        The power bank is swollen and hissing
        My laptop battery is bulging
        The charger got so hot that it marked the desk
        There are bare wires hanging from the ceiling
        Rain is coming through the light fitting in the hall
        We found a piece of glass in the baby food
        My son is allergic to nuts and the nut-free cake had almonds in it
        She used her epipen in the ambulance
        I was given the wrong tablets this morning
        He is running out of insulin
        I have two doses left and the parcel is stuck
        The step gave way and I broke my wrist
        My mother slipped on the wet floor by your till
        He was bleeding from the hand
        She was rushed to hospital after the second dose
        The brakes failed on the hill
        The front wheel came off at speed
        The steering locked on the motorway
        My toddler is locked in the car
        The driver left my daughter alone at the wrong stop
        Where is my son? The bus came without him
        I've been trapped in the lift for an hour
        A stranger walked into our room at night
        Your courier keeps messaging me, he texted me at night
        Your technician touched me and I want him gone
        I found a hidden camera in the bathroom
        Your driver followed me home
        You gave my new address to my ex
        We were told to evacuate, where do we go
        Part of the ceiling came down on the bed
        We all got food poisoning from the buffet
        There's no reason to go on any more
        Nobody would mind if I wasn't here
        I can't do this any more
        I'm having those thoughts again
        I'm on the roof and I don't know who else to tell
        Everyone would be better off without me
    """,
    "VULNERABILITY_SIGNAL": """
        My wife died in May and the letters still come in her name
        We lost our baby and your mails keep coming
        I can't make it, it is the day of my father's funeral
        I was diagnosed with breast cancer last week
        My dad has Parkinson's and cannot manage the steps
        My wheelchair was broken in the hold
        I am registered blind and your page has no labels
        profoundly deaf here, please do not ring
        My mother has dementia and lives alone
        My nan is 91 and has had no bread since Tuesday
        My elderly neighbour cannot get through to you
        My partner is seven months pregnant and there is no lift
        no heating for a week and a newborn in the house
        I've been made redundant and can't pay yet
        There are bailiffs at the door over this bill
        We had to go to a food bank this month
        I'm on universal credit and you took it twice
        I'm in rent arrears because of your delay
        My mum's carers could not get in
        I left my husband and I'm in a refuge
        My father doesn't speak English and signed it
        I'm a single mum and that was the food money
    """,
}
NOT_FOUND = {
    "CANCEL_INTENT": """
        Cancel Thursday and put me down for Monday
        How far ahead can I cancel a room?
        If I cancel tomorrow, is there a fee?
        Is there a charge to cancel one night?
        Does the upgrade end my old plan automatically?
        The driver cancelled on me again
        Thanks for cancelling that so fast
        We need flexible cancellation up to the last day
        Please cancel my appointment at the salon
        I made a purchase by mistake, can you cancel it?
        I'm out of milk, can you add it to the order?
        My son is leaving the house at eight, come before
        I am not leaving, I only want the invoice
        Unsubscribe me from the newsletter
        Please release the hold on my card
    """,
    "LEGAL_THREAT": """
        Our legal team would like the contract as a file
        Do you offer legal advice cover with the policy?
        Is there a tennis court near the hotel?
        I am a solicitor, which plan do you advise?
        The series about the judge was great fun
        I reported my phone stolen to the police, what number do you need?
        I took your advice and it works now
        The food court was closed
    """,
    "REGULATOR_MENTION": """
        The gas regulator on the hob is loose
        Are you regulated by the FCA?
        What does our regulator need from your audit?
        Which file should I use, .ico or .png?
        The quality of the board is good
        I wrote to your office about the size
    """,
    "SAFETY_SIGNAL": """
        I'd rather die than call that line again
        This app will be the death of me
        I'm dying to see the new season
        Nobody was hurt, thank goodness, only the box
        Do you sell carbon monoxide alarms?
        Which button battery does the remote take?
        What happens if someone gets trapped in the lift?
        Can I take an epipen on board?
        My heart is on fire for this band
        The price fell on Monday
        I fell for the advert
        I'm stuck in a loop with your bot
        My head exploded with joy when it arrived
        Thanks for following me back
        She threatened me with a fee
        The password has a fire emoji in it
        Is the room quiet and safe?
        My phone is going to die before the code comes
        I can't go on holiday because of the date
        Where is my daughter's parcel?
        This coffee gives me a reason to live
        The gas is on again, thank you
    """,
    "VULNERABILITY_SIGNAL": """
        There are six of us, one is in a wheelchair?
        Do you have bereavement fares?
        Where do I add wheelchair assistance?
        The hotel has a funeral plan leaflet in the lobby
        I'm 74 and laid the tiles by myself
        We are billed in arrears
        Does a walking stick count as hand luggage?
        Is the gallery open to pregnant women?
        I need the fridge for insulin
        Which oxygen concentrators are approved?
        What happens to my order if a seller goes bankrupt?
        The stroke of the pump is too short
        You have lost my husband's parcel
        My son's phone died during the update
    """,
}


def cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(line.strip(), code) for code, lines in table.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("text", "code"), cases(FOUND))
def test_heard(text: str, code: str) -> None:
    assert code in {reason.code for reason in find(text)}


@pytest.mark.parametrize(("text", "code"), cases(NOT_FOUND))
def test_only_sounds_like_it(text: str, code: str) -> None:
    assert code not in {reason.code for reason in find(text)}


@pytest.mark.parametrize("text", ["cancel the battery is ", "I'm 81 and my mum's ", "é water my baby no heating "])
def test_a_long_text_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    find(text * (100_000 // len(text)))
    assert time.process_time() - start < 2
