"""A verdict told to people: a statement in words, pictures of what was signed, and a report in one file to hand on.

statement = draw_up(Judged("A2611001.pdf", pdf, verdict, at))
html = write_report(judged, draw_apart(judges))        # one file: no script, nothing from elsewhere

It judges nothing and reads nothing but what it is given; the same input gives the same bytes.
"""
