"""The Technology Achievement Index: 23 countries, 8 indicators.

Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, table A.2. Telephones and electricity
are logarithms to base 10, printed with two decimals; table 35 has three of them for the first five countries.
"""

import numpy as np
import pytest

INDICATORS = (
    "PATENTS",
    "ROYALTIES",
    "INTERNET",
    "EXPORTS",
    "TELEPHONES",
    "ELECTRICITY",
    "SCHOOLING",
    "UNIVERSITY",
)
FIGURES = {
    "Finland": (187, 125.6, 200.2, 50.7, 3.08, 4.15, 10, 27.4),
    "United States": (289, 130, 179.1, 66.2, 3, 4.07, 12, 13.9),
    "Sweden": (271, 156.6, 125.8, 59.7, 3.1, 4.14, 11.4, 15.3),
    "Japan": (994, 64.6, 49, 80.8, 3, 3.86, 9.5, 10),
    "Korea, Rep. of": (779, 9.8, 4.8, 66.7, 2.97, 3.65, 10.8, 23.2),
    "Netherlands": (189, 151.2, 136, 50.9, 3.02, 3.77, 9.4, 9.5),
    "United Kingdom": (82, 134, 57.4, 61.9, 3.02, 3.73, 9.4, 14.9),
    "Canada": (31, 38.6, 108, 48.7, 2.94, 4.18, 11.6, 14.2),
    "Australia": (75, 18.2, 125.9, 16.2, 2.94, 3.94, 10.9, 25.3),
    "Singapore": (8, 25.5, 72.3, 74.9, 2.95, 3.83, 7.1, 24.2),
    "Germany": (235, 36.8, 41.2, 64.2, 2.94, 3.75, 10.2, 14.4),
    "Norway": (103, 20.2, 193.6, 19, 3.12, 4.39, 11.9, 11.2),
    "Ireland": (106, 110.3, 48.6, 53.6, 2.97, 3.68, 9.4, 12.3),
    "Belgium": (72, 73.9, 58.9, 47.6, 2.91, 3.86, 9.3, 13.6),
    "New Zealand": (103, 13, 146.7, 15.4, 2.86, 3.91, 11.7, 13.1),
    "Austria": (165, 14.8, 84.2, 50.3, 2.99, 3.79, 8.4, 13.6),
    "France": (205, 33.6, 36.4, 58.9, 2.97, 3.8, 7.9, 12.6),
    "Israel": (74, 43.6, 43.2, 45, 2.96, 3.74, 9.6, 11),
    "Spain": (42, 8.6, 21, 53.4, 2.86, 3.62, 7.3, 15.6),
    "Italy": (13, 9.8, 30.4, 51, 3, 3.65, 7.2, 13),
    "Czech Republic": (28, 4.2, 25, 51.7, 2.75, 3.68, 9.5, 8.2),
    "Hungary": (26, 6.2, 21.6, 63.5, 2.73, 3.46, 9.1, 7.7),
    "Slovenia": (105, 4, 20.3, 49.5, 2.84, 3.71, 7.1, 10.6),
}


@pytest.fixture(scope="session")
def tai() -> np.ndarray:
    """[23, 8] the figures of table A.2."""
    return np.array(list(FIGURES.values()))


@pytest.fixture(scope="session")
def tai_minmax(tai) -> np.ndarray:
    """[23, 8] scaled to 0-1 over the 23 countries."""
    return (tai - tai.min(axis=0)) / np.ptp(tai, axis=0)


@pytest.fixture(scope="session")
def tai_countries() -> tuple[str, ...]:
    """The names of the countries."""
    return tuple(FIGURES)
