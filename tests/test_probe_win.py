from tests.test_pages import *
def test_probe(case, sam, erin, max, ana, counted):
    for p in DESK: print(p, counted(p, max), counted(p, erin))
    for p in PORTAL: print(p, counted(p, ana))
    for p in PUBLIC: print(p, counted(p))
    print({s: (counted(f"/desk/cases/{case.number}/", sam), counted(f"/portal/cases/{case.number}/", ana)) for s in walked(case, sam, erin)})
    more_cases(case, times=30)
    for p in DESK: print(p, counted(p, max), counted(p, erin))
