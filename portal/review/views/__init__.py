"""The office side, one module per page; they register themselves when they are imported."""

from portal.review.views import case, disclosures, enrol, password, queue, sign_in

__all__ = ["case", "disclosures", "enrol", "password", "queue", "sign_in"]
